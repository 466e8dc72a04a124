/* The headline of a diagnosis: the verdict in plain words, one line, with the workflow's id. */
#ifndef CORE_DIAGNOSIS_HEADLINE_H
#define CORE_DIAGNOSIS_HEADLINE_H

#include "classifier.h"

const char *headline(const struct reading *reading);

#endif
