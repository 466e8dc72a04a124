/* Failures as the server would send them. */
#ifndef TEST_FAILURE_SUPPORT_H
#define TEST_FAILURE_SUPPORT_H

#include "payload_support.h"

static inline Pb__Failure *make_failure(struct tsk_call *call, const char *message,
					Pb__Failure *cause)
{
	Pb__Failure *failure = tsk_alloc(call, sizeof(*failure));

	pb__failure__init(failure);
	failure->message = tsk_copy(call, message);
	failure->source = tsk_copy(call, "PythonSDK");
	failure->cause = cause;
	return failure;
}

static inline Pb__Failure *make_application(struct tsk_call *call, const char *type,
					    const char *message, Pb__Failure *cause)
{
	Pb__Failure *failure = make_failure(call, message, cause);

	failure->failure_info_case = PB__FAILURE__FAILURE_INFO_APPLICATION_FAILURE_INFO;
	failure->application_failure_info = tsk_alloc(call, sizeof(Pb__ApplicationFailureInfo));
	pb__application_failure_info__init(failure->application_failure_info);
	failure->application_failure_info->type = tsk_copy(call, type);
	return failure;
}

static inline Pb__Failure *make_timeout(struct tsk_call *call, Pb__TimeoutType type,
					Pb__Failure *cause)
{
	Pb__Failure *failure = make_failure(call, "activity timeout", cause);

	failure->failure_info_case = PB__FAILURE__FAILURE_INFO_TIMEOUT_FAILURE_INFO;
	failure->timeout_failure_info = tsk_alloc(call, sizeof(Pb__TimeoutFailureInfo));
	pb__timeout_failure_info__init(failure->timeout_failure_info);
	failure->timeout_failure_info->timeout_type = type;
	return failure;
}

static inline Pb__Failure *make_activity(struct tsk_call *call, Pb__Failure *cause)
{
	Pb__Failure *failure = make_failure(call, "Activity task failed", cause);
	Pb__ActivityFailureInfo *info = tsk_alloc(call, sizeof(*info));

	pb__activity_failure_info__init(info);
	info->activity_id = tsk_copy(call, "1");
	info->identity = tsk_copy(call, "17@host");
	info->retry_state = PB__RETRY_STATE__RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED;
	info->activity_type = tsk_alloc(call, sizeof(*info->activity_type));
	pb__activity_type__init(info->activity_type);
	info->activity_type->name = tsk_copy(call, "charge");
	failure->failure_info_case = PB__FAILURE__FAILURE_INFO_ACTIVITY_FAILURE_INFO;
	failure->activity_failure_info = info;
	return failure;
}

static inline Pb__Failure *make_child(struct tsk_call *call, Pb__Failure *cause)
{
	Pb__Failure *failure = make_failure(call, "Child Workflow execution failed", cause);
	Pb__ChildWorkflowExecutionFailureInfo *info = tsk_alloc(call, sizeof(*info));

	pb__child_workflow_execution_failure_info__init(info);
	info->workflow_execution = tsk_alloc(call, sizeof(*info->workflow_execution));
	pb__workflow_execution__init(info->workflow_execution);
	info->workflow_execution->workflow_id = tsk_copy(call, "child-1");
	info->workflow_execution->run_id = tsk_copy(call, "run-1");
	info->retry_state = PB__RETRY_STATE__RETRY_STATE_RETRY_POLICY_NOT_SET;
	failure->failure_info_case =
		PB__FAILURE__FAILURE_INFO_CHILD_WORKFLOW_EXECUTION_FAILURE_INFO;
	failure->child_workflow_execution_failure_info = info;
	return failure;
}

static inline Pb__Failure *make_canceled(struct tsk_call *call, Pb__Failure *cause)
{
	Pb__Failure *failure = make_failure(call, "", cause);

	failure->failure_info_case = PB__FAILURE__FAILURE_INFO_CANCELED_FAILURE_INFO;
	failure->canceled_failure_info = tsk_alloc(call, sizeof(Pb__CanceledFailureInfo));
	pb__canceled_failure_info__init(failure->canceled_failure_info);
	return failure;
}

static inline const struct tsk_failure *take(struct tsk_call *call, const Pb__Failure *message)
{
	return failure_from_wire(call, through_wire(call, &message->base));
}

#endif
