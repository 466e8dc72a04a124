/* Schedules: which there are, and how each of them fares. */
#include "client.h"

#include "call/call.h"

#include <temporal-skill/text.h>

#define SCHEDULES_A_PAGE 100

struct listing {
	struct tsk_schedule *schedules;
	size_t count, room;
};

static void add_page(struct tsk_call *call, struct listing *listing,
		     const Pb__ListSchedulesResponse *page, size_t most)
{
	for (size_t i = 0; i < page->n_schedules && listing->count < most; i++) {
		const Pb__ScheduleListEntry *entry = page->schedules[i];
		const Pb__ScheduleListInfo *info = entry->info;

		listing->schedules = tsk_grow(call, listing->schedules, listing->count,
					      &listing->room, sizeof(*listing->schedules));
		listing->schedules[listing->count++] = (struct tsk_schedule){
			.id = text_valid_utf8(call, entry->schedule_id),
			.workflow_type = info && info->workflow_type
						 ? text_valid_utf8(call, info->workflow_type->name)
						 : "",
			.paused = info && info->paused,
			.note = info ? text_valid_utf8(call, info->notes) : "",
			.overlap_policy = "",
			.invalid = "",
			.last_workflow_id = "",
		};
	}
}

static struct tsk_strings running_from_wire(struct tsk_call *call, const Pb__ScheduleInfo *info)
{
	const char **ids = tsk_alloc(call, (info->n_running_workflows + 1) * sizeof(*ids));

	for (size_t i = 0; i < info->n_running_workflows; i++)
		ids[i] = text_valid_utf8(call, info->running_workflows[i]->workflow_id);
	return (struct tsk_strings){ info->n_running_workflows ? ids : NULL,
				     info->n_running_workflows };
}

static void info_from_wire(struct tsk_call *call, const Pb__ScheduleInfo *info,
			   struct tsk_schedule *schedule)
{
	const Pb__ScheduleActionResult *last =
		info->n_recent_actions ? info->recent_actions[info->n_recent_actions - 1] : NULL;

	schedule->invalid = text_valid_utf8(call, info->invalid_schedule_error);
	schedule->actions = info->action_count;
	schedule->skipped = info->overlap_skipped;
	schedule->dropped = info->buffer_dropped;
	schedule->missed = info->missed_catchup_window;
	schedule->next_at =
		info->n_future_action_times ? time_from_wire(info->future_action_times[0]) : 0;
	schedule->following_at =
		info->n_future_action_times > 1 ? time_from_wire(info->future_action_times[1]) : 0;
	schedule->running = running_from_wire(call, info);
	if (!last)
		return;
	schedule->last_at = time_from_wire(last->actual_time);
	if (last->start_workflow_result)
		schedule->last_workflow_id =
			text_valid_utf8(call, last->start_workflow_result->workflow_id);
}

static void described_from_wire(struct tsk_call *call, const Pb__DescribeScheduleResponse *message,
				struct tsk_schedule *schedule)
{
	const Pb__SchedulePolicies *policies =
		message->schedule ? message->schedule->policies : NULL;
	const Pb__ScheduleState *state = message->schedule ? message->schedule->state : NULL;

	if (policies) {
		schedule->pause_on_failure = policies->pause_on_failure;
		schedule->overlap_policy = enum_name(call, &pb__schedule_overlap_policy__descriptor,
						     (int)policies->overlap_policy);
	}
	if (state) {
		schedule->paused = state->paused;
		schedule->note = text_valid_utf8(call, state->notes);
		schedule->has_ended = state->limited_actions && state->remaining_actions <= 0;
	}
	if (message->info)
		info_from_wire(call, message->info, schedule);
}

static enum tsk_status list_all(struct tsk_call *call, size_t limit, struct listing *listing)
{
	Pb__ListSchedulesRequest request = PB__LIST_SCHEDULES_REQUEST__INIT;

	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.maximum_page_size = SCHEDULES_A_PAGE;
	do {
		struct exchange exchange = { .method = "ListSchedules",
					     .message = &request.base,
					     .answers = &pb__list_schedules_response__descriptor,
					     .optional = true };

		if (exchange_all(call, &exchange, 1))
			return tsk_error(call);
		/* A server that knows no schedules has none. */
		if (exchange.code == GRPC_UNIMPLEMENTED)
			return TSK_OK;
		if (exchange_fail(call, &exchange))
			return tsk_error(call);
		const Pb__ListSchedulesResponse *page = exchange.answer;
		add_page(call, listing, page, limit);
		request.next_page_token = page->next_page_token;
	} while (request.next_page_token.len && listing->count < limit);
	return TSK_OK;
}

enum tsk_status tsk_list_schedules(struct tsk_call *call, size_t limit,
				   const struct tsk_schedule **schedules, size_t *count,
				   size_t *unanswered)
{
	struct listing listing = { .count = 0 };
	struct exchange *exchanges;
	Pb__DescribeScheduleRequest *requests;
	size_t described = 0;

	*schedules = NULL;
	*count = 0;
	if (list_all(call, limit, &listing))
		return tsk_error(call);
	exchanges = tsk_alloc(call, (listing.count + 1) * sizeof(*exchanges));
	requests = tsk_alloc(call, (listing.count + 1) * sizeof(*requests));
	for (size_t i = 0; i < listing.count; i++) {
		pb__describe_schedule_request__init(&requests[i]);
		requests[i].namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
		requests[i].schedule_id = wire_text(listing.schedules[i].id);
		exchanges[i] =
			(struct exchange){ .method = "DescribeSchedule",
					   .message = &requests[i].base,
					   .answers = &pb__describe_schedule_response__descriptor,
					   .missing = "schedule",
					   .about = listing.schedules[i].id };
	}
	if (listing.count && exchange_all(call, exchanges, listing.count))
		return tsk_error(call);
	for (size_t i = 0; i < listing.count; i++) {
		if (!exchanges[i].asked || exchanges[i].status != TSK_OK)
			continue;
		described_from_wire(call, exchanges[i].answer, &listing.schedules[i]);
		listing.schedules[i].is_described = true;
		described++;
	}
	if (unanswered)
		*unanswered = listing.count - described;
	*schedules = listing.schedules;
	*count = listing.count;
	return TSK_OK;
}

const char *schedule_task_queue(struct tsk_call *call, const char *id)
{
	Pb__DescribeScheduleRequest request = PB__DESCRIBE_SCHEDULE_REQUEST__INIT;
	struct exchange exchange = { .method = "DescribeSchedule",
				     .message = &request.base,
				     .answers = &pb__describe_schedule_response__descriptor,
				     .missing = "schedule",
				     .about = id };

	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.schedule_id = wire_text(id);
	if (exchange_all(call, &exchange, 1) || exchange_fail(call, &exchange)) {
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
		return NULL;
	}
	const Pb__DescribeScheduleResponse *message = exchange.answer;
	const Pb__ScheduleAction *action = message->schedule ? message->schedule->action : NULL;
	const Pb__NewWorkflowExecutionInfo *start =
		action && action->action_case == PB__SCHEDULE_ACTION__ACTION_START_WORKFLOW
			? action->start_workflow
			: NULL;

	return start && start->task_queue ? text_valid_utf8(call, start->task_queue->name) : NULL;
}
