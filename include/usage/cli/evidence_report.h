// One request as a controller, or Twilio's support, asks for it: what was sent and what came back.
#pragma once

#include <string>

#include "usage/ledger/records.h"

namespace usage {

std::string evidence_text(const RunInfo& run, const RequestEvidence& evidence);  // cleaned for the screen

// Bodies and headers as strings. JSON text is UTF-8: bytes that are not stand cleaned in the string, and exactly in a
// member of the same name with `_hex` behind it.
std::string evidence_json(const RunInfo& run, const RequestEvidence& evidence);

}  // namespace usage
