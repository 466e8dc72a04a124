/* A call with default settings, for tests of the core. */
#ifndef CORE_SUPPORT_H
#define CORE_SUPPORT_H

#include "call/call.h"
#include "plugins/registry.h"
#include "settings/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct core_world {
	struct settings settings;
	struct registry registry;
	struct tsk_call call;
};

static inline int core_setup(void **state)
{
	struct core_world *world = calloc(1, sizeof(*world));

	settings_init(&world->settings);
	registry_init(&world->registry);
	call_init(&world->call, &world->settings, &world->registry);
	*state = world;
	return 0;
}

/* As in a project that has a starter. */
static inline void core_with_starter(struct core_world *world)
{
	settings_set(&world->settings, &world->call, TSK_SETTING_STARTER_CMD, "starter", "a test",
		     RANK_FLAG);
}

static inline int core_teardown(void **state)
{
	struct core_world *world = *state;

	call_release(&world->call);
	registry_release(&world->registry);
	settings_release(&world->settings);
	free(world);
	return 0;
}

#define core_test(function) cmocka_unit_test_setup_teardown(function, core_setup, core_teardown)

#endif
