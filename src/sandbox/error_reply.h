// Error bodies in the forms that Twilio's APIs and the servers before them use.
#pragma once

#include "reply.h"

namespace usage::sandbox {

// Status, body, content type and Retry-After of an error.
Reply compose_error(const Fault& fault, WallTime now);

// Twilio's error code for a status: 20429 for 429.
int twilio_code(int status);

}  // namespace usage::sandbox
