#include "simulation/fate.h"

#include <algorithm>
#include <vector>

#include "simulation/reply_text.h"

namespace usage::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<bool> none_of(const std::vector<Item>& items) {
  return std::vector<bool>(items.size(), false);
}

// All, none, or each by itself: what may have happened behind a reply that does not tell.
std::vector<bool> any_bills(Dice& dice, const std::vector<Item>& items) {
  const std::size_t kind = dice.below(4);
  std::vector<bool> bills(items.size(), kind < 2);
  if (kind == 3)
    for (std::size_t i = 0; i < bills.size(); ++i) bills[i] = dice.one_in(2);
  return bills;
}

std::vector<bool> any_answers(Dice& dice, const std::vector<Item>& items, unsigned rejects_percent) {
  std::vector<bool> says;
  for (std::size_t i = 0; i < items.size(); ++i) says.push_back(!dice.percent(rejects_percent));
  return says;
}

void add_header(Fate& fate, const std::string& line) {
  std::string& headers = fate.delivery.headers;
  headers.insert(headers.size() - 2, line + "\r\n");
}

std::string error_body(Dice& dice, int status) {
  const std::string number = std::to_string(status);
  return dice.one_of<std::string>(
      {R"({"code":20)" + number + R"(,"message":"no","more_info":"x","status":)" + number + "}",
       R"({"httpStatusCode":)" + number + R"(,"code":7})", R"({"title":"No","detail":"why","status":)" + number + "}",
       "", "<html>", "{\"code\":"});
}

// Takes a status and an error body; the body may be cut, which changes nothing about what the status proves.
Fate error_fate(Dice& dice, int status, Proof proof, std::vector<bool> bills) {
  Fate fate = reply_fate(status, proof, std::move(bills));
  fate.delivery.body = error_body(dice, status);
  if (dice.one_in(5)) {
    fate.delivery.body_complete = false;
    fate.delivery.fault =
        dice.one_of({TransportFault::kConnectionLost, TransportFault::kTimeout, TransportFault::kReplyTooLarge});
    fate.delivery.fault_text = "the reply was cut";
  }
  if (dice.one_in(2)) add_header(fate, "Twilio-Request-Id: RQ" + std::to_string(dice.below(1000000)));
  return fate;
}

Fate rate_limited_fate(Dice& dice, const std::vector<Item>& items) {
  Fate fate = error_fate(dice, 429, Proof::kRateLimited, none_of(items));
  if (dice.one_in(2))
    add_header(fate, "Retry-After: " + dice.one_of<std::string>({"0", "1", "2", "-5", "soon", "99999999999999",
                                                                 "Sat, 31 Oct 2026 23:00:07 GMT"}));
  return fate;
}

Fate unsent_fate(Dice& dice) {
  using enum TransportFault;
  switch (dice.below(8)) {
    case 0:
      return never_sent_fate(kProxyRefused, static_cast<int>(dice.one_of({0, 403, 502, 503})));
    case 1:
      return never_sent_fate(kProxyRefused, 407);
    case 2:
      return never_sent_fate(kBadCertificate);
    case 3:
      return never_sent_fate(kLocalConfiguration);
    default:
      return never_sent_fate(dice.one_of({kUnreachable, kUnreachable, kConnectionLost, kTimeout, kMalformedReply}));
  }
}

Fate silent_fate(Dice& dice, const std::vector<Item>& items) {
  using enum TransportFault;
  Fate fate = no_reply_fate(dice.one_of({kTimeout, kConnectionLost, kConnectionLost, kMalformedReply, kReplyTooLarge,
                                         kResendPrevented, kUnreachable, kProxyRefused}),
                            any_bills(dice, items));
  // A status line whose headers never ended: as good as none.
  if (dice.one_in(3)) fate.delivery.http_status = static_cast<int>(dice.one_of({100, 202, 401, 404, 429, 500}));
  return fate;
}

Fate doubtful_202(Dice& dice, const std::vector<Item>& items, unsigned rejects_percent) {
  const std::vector<bool> says = any_answers(dice, items, rejects_percent);
  Fate fate = reply_fate(202, Proof::kDoubt, dice.one_in(2) ? says : any_bills(dice, items));
  if (dice.one_in(3)) {
    const ReplyText whole = whole_reply(dice, items, says);
    fate.name += ", cut by the wire";
    fate.delivery.body = dice.one_in(2) ? whole.body : whole.body.substr(0, dice.below(whole.body.size()));
    fate.delivery.body_complete = false;
    fate.delivery.fault =
        dice.one_of({TransportFault::kConnectionLost, TransportFault::kTimeout, TransportFault::kReplyTooLarge,
                     TransportFault::kMalformedReply, TransportFault::kReplyTooEarly});
  } else {
    const ReplyText bad = bad_reply(dice, items, says);
    fate.name += ", " + bad.name;
    fate.delivery.body = bad.body;
  }
  return fate;
}

Fate proven_fate(Dice& dice, const std::vector<Item>& items) {
  switch (dice.below(9)) {
    case 0:
      return error_fate(dice, static_cast<int>(dice.one_of({421, 425})), Proof::kNotProcessed, none_of(items));
    case 1:
      return error_fate(dice, 401, Proof::kStopRun, none_of(items));
    case 2:
    case 3:
    case 4:
      return error_fate(dice, static_cast<int>(dice.one_of({400, 403, 404, 405, 406, 411, 413, 414, 415, 422, 431})),
                        Proof::kRefused, none_of(items));
    default:
      return rate_limited_fate(dice, items);
  }
}

Fate doubtful_fate(Dice& dice, const std::vector<Item>& items, const Weather& weather) {
  const std::vector<bool> bills = any_bills(dice, items);
  switch (dice.below(8)) {
    case 0:
      return error_fate(dice, static_cast<int>(dice.one_of({200, 201, 203, 204, 206, 299})), Proof::kDoubt, bills);
    case 1:
      return error_fate(dice, static_cast<int>(dice.one_of({300, 301, 302, 303, 304, 307, 308})), Proof::kDoubt, bills);
    case 2:
      return error_fate(dice, static_cast<int>(dice.one_of({402, 407, 408, 409, 410, 418, 423, 451, 499})),
                        Proof::kDoubt, bills);
    case 3:
      return error_fate(dice, static_cast<int>(dice.one_of({501, 502, 504, 505, 520, 599})), Proof::kDoubt, bills);
    case 4:
      return error_fate(dice, static_cast<int>(dice.one_of({0, 199, 600, 999})), Proof::kDoubt, bills);
    case 5: {
      if (weather.on_503 == ServiceUnavailable::kMayBill) return error_fate(dice, 503, Proof::kDoubt, bills);
      return error_fate(dice, 503, Proof::kNotProcessed, none_of(items));
    }
    default:
      return error_fate(dice, 500, Proof::kDoubt, bills);
  }
}

Fate fault(Dice& dice, const std::vector<Item>& items, const Weather& weather) {
  switch (dice.below(10)) {
    case 0:
    case 1:
      return unsent_fate(dice);
    case 2:
    case 3:
      return silent_fate(dice, items);
    case 4:
      return doubtful_202(dice, items, 30);
    case 5:
    case 6:
      return doubtful_fate(dice, items, weather);
    default:
      return proven_fate(dice, items);
  }
}

Duration any_delay(Dice& dice, const Fate& fate) {
  const bool timeout = fate.delivery.fault == TransportFault::kTimeout;
  if (timeout) return seconds(dice.one_of({2, 5, 60}));
  if (dice.one_in(12)) return milliseconds(dice.between(500, 9000));
  return milliseconds(dice.between(0, 300));
}

}  // namespace

Fate never_sent_fate(TransportFault fault, int connect_status) {
  Fate fate;
  const bool stops =
      fault == TransportFault::kBadCertificate || fault == TransportFault::kLocalConfiguration || connect_status == 407;
  fate.name = "never sent";
  fate.proof = stops ? Proof::kStopRun : Proof::kNotProcessed;
  fate.delivery.fault = fault;
  fate.delivery.fault_text = "no connection";
  fate.delivery.connect_status = connect_status;
  return fate;
}

Fate no_reply_fate(TransportFault fault, std::vector<bool> bills) {
  Fate fate;
  fate.name = "no reply";
  fate.proof = Proof::kDoubt;
  fate.delivery.times_issued = fault == TransportFault::kResendPrevented ? 2 : 1;
  fate.delivery.fault = fault;
  fate.delivery.fault_text = "no whole reply";
  fate.bills = std::move(bills);
  return fate;
}

Fate reply_fate(int status, Proof proof, std::vector<bool> bills) {
  Fate fate;
  fate.name = std::to_string(status);
  fate.proof = proof;
  fate.bills = std::move(bills);
  fate.delivery.times_issued = 1;
  fate.delivery.headers_complete = true;
  fate.delivery.body_complete = true;
  fate.delivery.http_status = status;
  fate.delivery.headers = "HTTP/1.1 " + fate.name + " Simulated\r\n\r\n";
  return fate;
}

Fate good_fate(Dice& dice, const std::vector<Item>& items, unsigned rejects_percent) {
  const std::vector<bool> says = any_answers(dice, items, rejects_percent);
  const ReplyText whole = whole_reply(dice, items, says);
  Fate fate = reply_fate(202, whole.is_sure ? Proof::kAnswered : Proof::kEither, says);
  fate.name += ", " + whole.name;
  fate.says = says;
  fate.delivery.body = whole.body;
  fate.ends_after = any_delay(dice, fate);
  return fate;
}

Fate any_fate(Dice& dice, const std::vector<Item>& items, const Weather& weather) {
  if (!dice.percent(weather.faults_percent)) return good_fate(dice, items, weather.rejects_percent);
  Fate fate = fault(dice, items, weather);
  if (fate.bills.empty()) fate.bills = none_of(items);
  fate.ends_after = any_delay(dice, fate);
  return fate;
}

}  // namespace usage::test
