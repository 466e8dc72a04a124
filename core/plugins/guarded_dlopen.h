/* Opening a foreign object: its constructors run in us, and what they print is no result, what they
 * do to our signals not wanted. */
#ifndef CORE_PLUGINS_GUARDED_DLOPEN_H
#define CORE_PLUGINS_GUARDED_DLOPEN_H

/* dlopen, while standard output is standard error, and with our signals as they were afterwards.
 * NULL: dlerror tells why. */
void *guard_open(const char *path);

#endif
