#include "reply.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "error_reply.h"
#include "exact_number.h"
#include "usage/base/json_writer.h"

namespace usage::sandbox {
namespace {

enum class Submitted : std::uint8_t { kTrue, kFalse, kLeftOut, kText };

struct ReplyItem {
  std::string sid;
  std::string quantity;
  Submitted submitted = Submitted::kTrue;
};

ExactNumber exact(const std::string& quantity) {
  return ExactNumber::parse(quantity).value();
}

bool is_submitted(const Fault& fault, std::size_t index) {
  if (fault.shape != ReplyShape::kNotSubmitted) return true;
  return !fault.items.empty() && std::find(fault.items.begin(), fault.items.end(), index) == fault.items.end();
}

std::string with_one_zero_more(const std::string& digits) {
  return digits + (digits.find('.') == std::string::npos ? ".0" : "0");
}

// One of three other ways to write the same number.
std::string reformatted(const std::string& quantity, std::size_t index) {
  const ExactNumber number = exact(quantity);
  const bool plain = quantity.find_first_of("eE") == std::string::npos;
  switch ((index + quantity.size()) % 3) {
    case 0:
      return number.text();
    case 1:
      return number.scientific_text();
    default:
      return with_one_zero_more(plain ? quantity : number.text());
  }
}

std::vector<ReplyItem> echoed_items(const Fault& fault, const std::vector<UsageItem>& items) {
  std::vector<ReplyItem> echoed;
  for (const UsageItem& item : items) {
    const std::size_t index = echoed.size();
    ReplyItem& echo = echoed.emplace_back(ReplyItem{item.sid, item.quantity, Submitted::kTrue});
    if (!is_submitted(fault, index)) echo.submitted = Submitted::kFalse;
    if (fault.shape == ReplyShape::kReformatted) echo.quantity = reformatted(item.quantity, index);
    if (fault.shape == ReplyShape::kRounded) echo.quantity = exact(item.quantity).rounded_to(2).text();
  }
  return echoed;
}

std::string sum_of(const std::vector<ReplyItem>& items) {
  ExactNumber sum;
  for (const ReplyItem& item : items) {
    if (item.submitted == Submitted::kTrue) sum = sum + exact(item.quantity);
  }
  return sum.text();
}

// As a server adds that keeps money in binary floating point: 0.1 + 0.2 is 0.30000000000000004.
std::string sum_in_doubles(const std::vector<ReplyItem>& items) {
  double sum = 0;
  for (const ReplyItem& item : items) sum += std::strtod(item.quantity.c_str(), nullptr);
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), sum);
  return {text.data(), end};
}

// Far beyond any tolerance: twice the sum, and one for each item.
std::string wrong_sum(const std::vector<ReplyItem>& items) {
  const ExactNumber sum = exact(sum_of(items));
  return (sum + sum + exact(std::to_string(items.size()))).text();
}

std::string total_of(const Fault& fault, const std::vector<ReplyItem>& items) {
  if (fault.shape == ReplyShape::kWrongTotal) return wrong_sum(items);
  if (fault.shape == ReplyShape::kTotalInDoubles) return sum_in_doubles(items);
  return sum_of(items);
}

void distort(std::vector<ReplyItem>& items, ReplyShape shape) {
  if (shape == ReplyShape::kReordered) std::reverse(items.begin(), items.end());
  if (shape == ReplyShape::kItemMissing) items.pop_back();
  if (shape == ReplyShape::kItemExtra) items.push_back({"BI" + std::string(32, 'e'), "1", Submitted::kTrue});
  if (shape == ReplyShape::kNoSubmittedFlag) items.back().submitted = Submitted::kLeftOut;
  if (shape == ReplyShape::kSubmittedAsText) items.back().submitted = Submitted::kText;
  if (shape == ReplyShape::kOtherSid) items.front().sid = "BI" + std::string(32, 'f');
  if (shape == ReplyShape::kOtherQuantity) {
    items.front().quantity = (exact(items.front().quantity) + exact("1")).text();
  }
}

std::string quoted(const std::string& text) {
  return JsonWriter().value(text).text();
}

// By hand, since quantities go out in forms that JsonWriter rightly refuses, such as 1.25E1.
std::string item_text(const ReplyItem& item) {
  std::string text = "{\"sid\":" + quoted(item.sid) + ",\"quantity\":" + item.quantity;
  if (item.submitted == Submitted::kText) text += R"(,"submitted":"true")";
  if (item.submitted == Submitted::kTrue) text += R"(,"submitted":true)";
  if (item.submitted == Submitted::kFalse) text += R"(,"submitted":false)";
  return text + "}";
}

std::string usage_body(const Fault& fault, const std::vector<UsageItem>& items) {
  std::vector<ReplyItem> echoed = echoed_items(fault, items);
  const std::string total = total_of(fault, echoed);
  distort(echoed, fault.shape);
  std::string list;
  for (const ReplyItem& item : echoed) list.append(list.empty() ? "" : ",").append(item_text(item));
  const std::string member = fault.shape == ReplyShape::kNoTotal ? "" : "\"total_submitted\":" + total + ",";
  return "{" + member + "\"billable_items\":[" + list + "]}";
}

Reply redirect_to(const std::string& target, int status) {
  Reply reply;
  reply.status = status;
  reply.headers.emplace_back("Location", target);
  reply.content_type = "text/plain";
  reply.body = "Moved\n";
  return reply;
}

void add_many_headers(Reply& reply, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    reply.headers.emplace_back("X-Padding-" + std::to_string(i), std::string(64, 'x'));
  }
}

}  // namespace

std::vector<UsageItem> billed_items(const Fault& fault, const std::vector<UsageItem>& items) {
  std::vector<UsageItem> billed;
  if (fault.billing == Billing::kNotBilled) return billed;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (is_submitted(fault, i)) billed.push_back(items[i]);
  }
  return billed;
}

Reply compose_reply(const Fault& fault, const std::vector<UsageItem>& items, const std::string& target, WallTime now) {
  if (fault.shape == ReplyShape::kError) return compose_error(fault, now);
  if (fault.shape == ReplyShape::kRedirect) return redirect_to(target, fault.status);
  Reply reply;
  if (fault.shape == ReplyShape::kEmpty) return reply;
  reply.body = usage_body(fault, items);
  if (fault.shape == ReplyShape::kGarbled) reply.body = "\x1b[31m{\"billable_items\": \xff\xfe\x07 =cmd|' /C calc'!A0";
  if (fault.shape == ReplyShape::kCutJson) reply.body.resize(reply.body.size() / 2);
  if (fault.shape == ReplyShape::kNested) {
    reply.body = std::string(fault.amount, '[') + std::string(fault.amount, ']');
  }
  if (fault.shape == ReplyShape::kHuge) reply.padding = fault.amount;
  if (fault.shape == ReplyShape::kManyHeaders) add_many_headers(reply, fault.amount);
  return reply;
}

bool whole_head_leaves(const Fault& fault) {
  switch (fault.wire) {
    case WireFault::kCloseBeforeRead:
    case WireFault::kCloseNoReply:
    case WireFault::kHalfStatusLine:
    case WireFault::kHeadersCut:
    case WireFault::kNoReply:
      return false;
    default:
      return true;
  }
}

}  // namespace usage::sandbox
