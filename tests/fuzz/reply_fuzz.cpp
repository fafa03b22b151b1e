// A reply's body, held against what was posted. The input: how many items, a byte for each, then the body.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "oracle.h"
#include "usage/base/json_writer.h"
#include "usage/base/sid.h"
#include "usage/marketplace/judge.h"
#include "usage/marketplace/match_reply.h"

using namespace usage;
using namespace usage::fuzz;

namespace {

constexpr std::array<std::string_view, 4> kSids = {"A", "a", "BI0000000000000000000000000000000a",
                                                   "BI0000000000000000000000000000000A"};
constexpr std::array<std::string_view, 8> kQuantities = {"1",     "1.00",   "1.004", "1.005",
                                                         "0.001", "12.355", "12.36", "999999999999.999"};

std::vector<BillableItem> take_items(std::string_view& input) {
  std::vector<BillableItem> items;
  for (unsigned left = take_byte(input) % 6; left > 0; --left) {
    const unsigned choice = take_byte(input);
    const auto quantity = Quantity::parse(kQuantities[choice / kSids.size() % kQuantities.size()]);
    items.push_back({std::string(kSids[choice % kSids.size()]), std::get<Quantity>(quantity)});
  }
  return items;
}

std::string json_string(const std::string& text) {
  JsonWriter json;
  return json.value(text).text();
}

// Not by JsonWriter as a whole: it takes no exponents.
std::string written(const UsageReply& reply) {
  std::string list;
  for (const ReplyItem& item : reply.items) {
    list += list.empty() ? "" : ",";
    list += "{\"sid\":" + json_string(item.sid) + ",\"quantity\":" + item.quantity;
    list += std::string(",\"submitted\":") + (item.submitted ? "true}" : "false}");
  }
  const std::string total = reply.total_submitted.empty() ? "" : ",\"total_submitted\":" + reply.total_submitted;
  return "{\"billable_items\":[" + list + "]" + total + "}";
}

bool is_same(const UsageReply& a, const UsageReply& b) {
  const auto same = [](const ReplyItem& x, const ReplyItem& y) {
    return std::tie(x.sid, x.quantity, x.submitted) == std::tie(y.sid, y.quantity, y.submitted);
  };
  return std::ranges::equal(a.items, b.items, same) && a.total_submitted == b.total_submitted;
}

// A JSON number's value as text: its digits without zeros at the ends, and the power of ten behind them.
std::pair<std::string, long> value_of(std::string_view number) {
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  long power = e < number.size() ? std::strtol(std::string(number.substr(e + 1)).c_str(), nullptr, 10) : 0;
  std::string digits(number.substr(0, e));
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    power -= static_cast<long>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  for (; digits.ends_with('0'); ++power) digits.pop_back();
  return digits.empty() ? std::pair<std::string, long>{} : std::pair(digits, power);
}

// How often each (SID, quantity) stands there, and how often as submitted.
using Tally = std::map<std::tuple<std::string, std::string, long>, std::pair<int, int>>;

void count_in(Tally& tally, const std::string& sid, std::string_view quantity, bool submitted) {
  const auto [digits, power] = value_of(quantity);
  auto& [all, billed] = tally[{sid_key(sid), digits, power}];
  ++all;
  billed += submitted ? 1 : 0;
}

Tally tally_of(const std::vector<BillableItem>& items, const std::vector<bool>& submitted) {
  Tally tally;
  for (std::size_t i = 0; i < items.size(); ++i) {
    count_in(tally, items[i].billing_sid, items[i].quantity.text(), submitted[i]);
  }
  return tally;
}

Tally tally_of(const UsageReply& reply) {
  Tally tally;
  for (const ReplyItem& item : reply.items) count_in(tally, item.sid, item.quantity, item.submitted);
  return tally;
}

// Which SIDs were billed how often, whatever the quantities.
std::map<std::string, int> billed_by_sid(const Tally& tally) {
  std::map<std::string, int> billed;
  for (const auto& [key, counts] : tally) billed[std::get<0>(key)] += counts.second;
  return billed;
}

void check_match(const std::vector<BillableItem>& items, const UsageReply& reply) {
  const auto result = match_reply(items, reply);
  if (const auto* objection = std::get_if<std::string>(&result)) {
    require(!objection->empty() && objection->find('\n') == std::string::npos, "no line for people", *objection);
    return;
  }
  const MatchedReply& matched = std::get<MatchedReply>(result);
  require(matched.submitted.size() == items.size() && reply.items.size() == items.size(), "another number of items");
  const Tally ours = tally_of(items, matched.submitted);
  require(billed_by_sid(ours) == billed_by_sid(tally_of(reply)), "other SIDs are taken for billed");
  if (!matched.warnings.empty()) return;
  require(ours == tally_of(reply), "items that the reply does not have are taken for billed");
  UsageReply reversed = reply;
  std::ranges::reverse(reversed.items);
  const auto again = match_reply(items, reversed);
  require(std::holds_alternative<MatchedReply>(again), "the order of a reply's items matters");
  require(tally_of(items, std::get<MatchedReply>(again).submitted) == ours, "the order changes what was billed");
}

void check_verdict(const std::vector<BillableItem>& items, std::string_view body, bool matches) {
  Delivery delivery;
  delivery.times_issued = 1;
  delivery.headers_complete = delivery.body_complete = true;
  delivery.http_status = 202;
  delivery.headers = "HTTP/1.1 202 Accepted\r\n\r\n";
  delivery.body = body;
  const AttemptOutcome answered = judge(delivery, items, On503::kUnknown);
  require((answered.verdict == Verdict::kAnswered) == matches, "a 202 is judged against its body", answered.reason);
  require(answered.reason.find('\n') == std::string::npos, "a reason of more than one line", answered.reason);
  delivery.http_status = 500;
  require(judge(delivery, items, On503::kUnknown).verdict == Verdict::kUnknown, "a 500 is taken for proof");
  parse_error_reply(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view body = text_of(data, size);
  const std::vector<BillableItem> items = take_items(body);
  const auto parsed = parse_reply(body);
  bool matches = false;
  if (const auto* reply = std::get_if<UsageReply>(&parsed)) {
    const auto again = parse_reply(written(*reply));
    require(std::holds_alternative<UsageReply>(again) && is_same(std::get<UsageReply>(again), *reply),
            "a reply does not survive being written again", written(*reply));
    check_match(items, *reply);
    matches = std::holds_alternative<MatchedReply>(match_reply(items, *reply));
  } else {
    require(!std::get<ReplyProblem>(parsed).text.empty(), "a problem without words");
  }
  check_verdict(items, body, matches);
  return 0;
}
