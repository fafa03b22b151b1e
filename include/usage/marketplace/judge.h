// The heart: what an attempt's end proves. The table is in README under "What a reply means".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "usage/model/attempt_outcome.h"
#include "usage/model/delivery.h"
#include "usage/model/usage_request.h"

namespace usage {

// Refused for good, and nothing was billed: 400, 403, 404 and their like.
bool is_refusal(int http_status);

enum class On503 : std::uint8_t { kUnknown, kRetry };  // kRetry: the operator waives the doubt (--retry-503)

// Decides in this order: never issued (a proxy's refusal among it), issued again or no whole header, then the status.
// Every verdict but kUnknown needs proof. A proxy's refusal proves nothing about a request that was issued before it
// (on a re-used connection that died), so it counts only where nothing was issued at all; a reply to a request that was
// not seen to leave proves nothing either. Names are those of outcome_name.h. Never throws on account of what the
// delivery holds.
AttemptOutcome judge(const Delivery& delivery, std::span<const BillableItem> items, On503 on_503);

// Retry-After in seconds or as a date (RFC 9110 section 10.2.3), at most a year; negative or unreadable ones are none.
std::optional<Duration> parse_retry_after(std::string_view value, WallTime now);

// The last field of that name in a raw header block, trimmed; empty where it is missing. Names in any letter case.
std::string_view header_value(std::string_view headers, std::string_view name);

}  // namespace usage
