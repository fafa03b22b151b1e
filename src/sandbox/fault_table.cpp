#include "fault_table.h"

#include <algorithm>
#include <array>

namespace usage::sandbox {
namespace {

constexpr Billing kYes = Billing::kBilled;
constexpr Billing kNo = Billing::kNotBilled;
constexpr ConnectionEnd kFin = ConnectionEnd::kFin;
constexpr ConnectionEnd kReset = ConnectionEnd::kReset;
using S = ReplyShape;
using W = WireFault;

constexpr std::array<FaultRow, 48> kFaults{{
    // Orderly on the wire; what the reply says differs.
    {"ok", kYes, S::kUsage, W::kNone, kFin, 0, "", "202 as documented"},
    {"status", kNo, S::kError, W::kNone, kFin, 0, "status billed body message retry_after retry_after_date_s",
     "any status from 200 to 599; billed: true or false"},
    {"redirect", kNo, S::kRedirect, W::kNone, kFin, 307, "status", "307 with a Location that is the request's own"},
    {"redirect_after_billing", kYes, S::kRedirect, W::kNone, kFin, 307, "status", "the same, but billed"},
    {"items_reordered", kYes, S::kReordered, W::kNone, kFin, 0, "", "the reply names the items in reverse"},
    {"numbers_reformatted", kYes, S::kReformatted, W::kNone, kFin, 0, "", "12.50 comes back as 12.5, 1.25E1, 12.500"},
    {"numbers_rounded", kYes, S::kRounded, W::kNone, kFin, 0, "", "quantities come back with two decimals, half up"},
    {"wrong_total", kYes, S::kWrongTotal, W::kNone, kFin, 0, "", "total_submitted is more than twice the sum"},
    {"total_in_doubles", kYes, S::kTotalInDoubles, W::kNone, kFin, 0, "", "total_submitted added in binary floats"},
    {"no_total", kYes, S::kNoTotal, W::kNone, kFin, 0, "", "total_submitted is left out"},
    {"not_submitted", kYes, S::kNotSubmitted, W::kNone, kFin, 0, "items",
     "submitted: false and not billed, for the items of these indexes (none given: all)"},
    {"item_missing", kYes, S::kItemMissing, W::kNone, kFin, 0, "", "the last item is missing from the reply"},
    {"item_extra", kYes, S::kItemExtra, W::kNone, kFin, 0, "", "the reply names one item more than was sent"},
    {"no_submitted_flag", kYes, S::kNoSubmittedFlag, W::kNone, kFin, 0, "", "the last item comes without submitted"},
    {"submitted_as_text", kYes, S::kSubmittedAsText, W::kNone, kFin, 0, "", "the last item has submitted: \"true\""},
    {"other_quantity", kYes, S::kOtherQuantity, W::kNone, kFin, 0, "", "the first item comes back a unit larger"},
    {"other_sid", kYes, S::kOtherSid, W::kNone, kFin, 0, "", "the first item comes back with another sid"},
    {"garbled", kYes, S::kGarbled, W::kNone, kFin, 0, "", "202 with control characters and no JSON"},
    {"cut_json", kYes, S::kCutJson, W::kNone, kFin, 0, "", "202, Content-Length right, but half of the JSON"},
    {"empty_body", kYes, S::kEmpty, W::kNone, kFin, 0, "", "202 with nothing in it"},
    {"nested_json", kYes, S::kNested, W::kNone, kFin, 100'000, "depth", "202 with so many brackets within each other"},
    {"huge_body", kYes, S::kHuge, W::kNone, kFin, 200'000'000, "bytes",
     "202, valid JSON, then so many spaces (compressed where the client asks for it)"},
    {"many_headers", kYes, S::kManyHeaders, W::kNone, kFin, 5'000, "count", "202 with so many header lines"},
    // The connection is lost.
    {"close_before_read", kNo, S::kUsage, W::kCloseBeforeRead, kFin, 0, "", "closed when the head has arrived"},
    {"reset_before_read", kNo, S::kUsage, W::kCloseBeforeRead, kReset, 0, "", "the same with RST"},
    {"close_before_billing", kNo, S::kUsage, W::kCloseNoReply, kFin, 0, "", "read, not billed, closed without a reply"},
    {"reset_before_billing", kNo, S::kUsage, W::kCloseNoReply, kReset, 0, "", "the same with RST"},
    {"close_after_billing", kYes, S::kUsage, W::kCloseNoReply, kFin, 0, "", "billed, closed without a byte of reply"},
    {"reset_after_billing", kYes, S::kUsage, W::kCloseNoReply, kReset, 0, "", "the same with RST"},
    {"half_status_line_after_billing", kYes, S::kUsage, W::kHalfStatusLine, kFin, 0, "",
     "closed within the first line"},
    {"half_status_line_reset_after_billing", kYes, S::kUsage, W::kHalfStatusLine, kReset, 0, "", "the same with RST"},
    {"headers_cut_after_billing", kYes, S::kUsage, W::kHeadersCut, kFin, 0, "", "closed within the headers"},
    {"headers_reset_after_billing", kYes, S::kUsage, W::kHeadersCut, kReset, 0, "", "the same with RST"},
    {"body_cut_after_billing", kYes, S::kUsage, W::kBodyCut, kFin, 0, "", "closed before Content-Length is reached"},
    {"body_reset_after_billing", kYes, S::kUsage, W::kBodyCut, kReset, 0, "", "the same with RST"},
    {"chunked_cut_after_billing", kYes, S::kUsage, W::kChunkedCut, kReset, 0, "", "closed before the last chunk"},
    {"no_reply", kYes, S::kUsage, W::kNoReply, kFin, 0, "hold_ms",
     "billed; silence until the client goes (or hold_ms)"},
    {"no_reply_before_billing", kNo, S::kUsage, W::kNoReply, kFin, 0, "hold_ms", "the same, not billed"},
    {"close_after_reply", kYes, S::kUsage, W::kCloseAfterReply, kFin, 0, "", "a whole reply, then closed, unannounced"},
    {"reset_after_reply", kYes, S::kUsage, W::kCloseAfterReply, kReset, 0, "", "the same with RST"},
    {"close_next", kYes, S::kUsage, W::kCloseNext, kFin, 0, "",
     "a whole reply; when the connection's next request arrives, it is closed unread"},
    {"reset_next", kYes, S::kUsage, W::kCloseNext, kReset, 0, "", "the same with RST"},
    // Slow or unusual on the wire, but whole.
    {"slow", kYes, S::kUsage, W::kNone, kFin, 0, "", "ok after delay_ms (1000)"},
    {"slow_head", kYes, S::kUsage, W::kSlowHead, kFin, 0, "byte_delay_ms", "a byte each byte_delay_ms (10)"},
    {"slow_body", kYes, S::kUsage, W::kSlowBody, kFin, 0, "byte_delay_ms", "the same from the body on"},
    {"interim_100", kYes, S::kUsage, W::kInterim, kFin, 100, "", "100 Continue goes before the reply"},
    {"interim_103", kYes, S::kUsage, W::kInterim, kFin, 103, "", "103 Early Hints goes before the reply"},
    {"chunked", kYes, S::kUsage, W::kChunked, kFin, 0, "", "a reply in chunks, without Content-Length"},
}};

}  // namespace

std::span<const FaultRow> fault_table() {
  return kFaults;
}

bool promises_not_billed(int status) {
  constexpr std::array kStatuses{400, 401, 403, 404, 405, 406, 407, 411, 413, 414, 415, 421, 422, 425, 429, 431};
  return std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

}  // namespace usage::sandbox
