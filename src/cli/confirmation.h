// Whether a person is asked before anything is sent or given up, and what her answer means.
#pragma once

#include <string>
#include <string_view>

#include "usage/cli/options.h"

namespace usage {

bool asks_first(const UploadOptions& options);

// RefusedError "not-confirmed", with what is so then, where she says no. Where nobody is there to ask, that is a yes.
void require_yes(std::string_view question, const std::string& otherwise = "nothing was sent");

}  // namespace usage
