#include "simulation/unknown_cause.h"

#include <algorithm>

namespace usage::test {
namespace {

const char* text_of(UnknownCause cause) {
  switch (cause) {
    case UnknownCause::kNoReply:
      return "no whole reply header came";
    case UnknownCause::kCut202:
      return "202, its body cut by the wire";
    case UnknownCause::kUnclear202:
      return "202 whose body does not answer for every item";
    case UnknownCause::kEither202:
      return "202, rounded so that two items could be mistaken for each other";
    case UnknownCause::kOther2xx:
      return "another 2xx";
    case UnknownCause::k3xx:
      return "3xx";
    case UnknownCause::k4xx:
      return "408, 409 or another 4xx that proves nothing";
    case UnknownCause::k500:
      return "500";
    case UnknownCause::k503:
      return "503";
    case UnknownCause::kOtherStatus:
      return "another 5xx, or a status that does not exist";
    case UnknownCause::kKilledUnderWay:
      return "killed while the request was on the wire";
    case UnknownCause::kKilledUnclaimed:
      return "killed, or the disk failed, between the claim and the wire";
    case UnknownCause::kUnrecorded:
      return "killed, or the disk failed, before the outcome was durable";
    case UnknownCause::kNone:
      break;
  }
  return "WITHOUT A CAUSE";
}

UnknownCause cause_of_status(int status) {
  if (status == 500) return UnknownCause::k500;
  if (status == 503) return UnknownCause::k503;
  if (status >= 200 && status < 300) return UnknownCause::kOther2xx;
  if (status >= 300 && status < 400) return UnknownCause::k3xx;
  if (status >= 400 && status < 500) return UnknownCause::k4xx;
  return UnknownCause::kOtherStatus;
}

UnknownCause cause_of(const Contact& contact) {
  const Delivery& delivery = contact.fate.delivery;
  if (contact.known == Knowledge::kUnderWay) return UnknownCause::kKilledUnderWay;
  if (contact.fate.proof == Proof::kDoubt) {
    if (!delivery.headers_complete) return UnknownCause::kNoReply;
    if (delivery.http_status != 202) return cause_of_status(delivery.http_status);
    return delivery.body_complete ? UnknownCause::kUnclear202 : UnknownCause::kCut202;
  }
  if (contact.known == Knowledge::kHandedOut) return UnknownCause::kUnrecorded;
  return contact.fate.proof == Proof::kEither ? UnknownCause::kEither202 : UnknownCause::kNone;
}

}  // namespace

UnknownCause cause_of_doubt(const RequestEvidence& request, const std::vector<Contact>& contacts) {
  if (request.attempts.empty()) return UnknownCause::kNone;
  const AttemptId last = request.attempts.back().id;
  const auto contact =
      std::find_if(contacts.begin(), contacts.end(), [&](const Contact& c) { return c.attempt == last; });
  return contact == contacts.end() ? UnknownCause::kKilledUnclaimed : cause_of(*contact);
}

std::uint64_t UnknownFigures::total() const {
  std::uint64_t all = 0;
  for (const std::uint64_t rows : rows_) all += rows;
  return all;
}

UnknownFigures& UnknownFigures::operator+=(const UnknownFigures& more) {
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] += more.rows_[i];
  return *this;
}

std::string UnknownFigures::text() const {
  std::string text;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    text += "  unknown: " + std::to_string(rows_[i]) + ": " + text_of(static_cast<UnknownCause>(i)) + "\n";
  return text;
}

}  // namespace usage::test
