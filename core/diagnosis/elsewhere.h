/* A worker that polls the right queue at the wrong place: in another namespace of the server, or at
 * another server. (elsewhere.c) */
#ifndef CORE_DIAGNOSIS_ELSEWHERE_H
#define CORE_DIAGNOSIS_ELSEWHERE_H

#include "classifier.h"

/* Looks for it, with so many requests at most, and takes those made off *left. What it finds goes
 * into symptoms. Errors but an interruption are forgotten. */
enum tsk_status look_elsewhere(struct tsk_call *call, const struct reading *reading,
			       struct tsk_symptoms *symptoms, int *left);

#endif
