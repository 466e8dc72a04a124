/* What the core does with a request of the channel driver without having the driver loaded. */
#include "driver.h"

#include <stdlib.h>

void channel_request_release(struct channel_request *request)
{
	free(request->message);
	free(request->details);
	free(request->answer);
	request->message = NULL;
	request->details = NULL;
	request->details_size = 0;
	request->answer = NULL;
	request->answer_size = 0;
}
