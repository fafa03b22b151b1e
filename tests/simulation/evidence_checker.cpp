#include "simulation/evidence_checker.h"

#include <map>

namespace usage::test {
namespace {

// What does not fit, or nothing.
std::string difference(const RequestEvidence& request, const AttemptEvidence& attempt, const Contact& contact) {
  const Delivery& delivery = contact.fate.delivery;
  if (lowered(request.installation) != lowered(contact.posted.installation)) return "another installation";
  if (request.body != contact.body) return "another body than was sent";
  if (attempt.verdict == "sending") return "it is under way for ever";
  if (contact.known != Knowledge::kRecorded) return "";
  if (attempt.headers != delivery.headers || attempt.body != delivery.body) return "another reply than came";
  if (attempt.times_issued != delivery.times_issued || attempt.http_status != delivery.http_status ||
      attempt.connect_status != delivery.connect_status)
    return "other facts of the wire";
  if (attempt.sent_at != delivery.started_at || attempt.completed_at != delivery.ended_at) return "other times";
  return "";
}

}  // namespace

std::string check_evidence(const std::vector<RequestEvidence>& requests, const std::vector<Contact>& contacts) {
  std::string complaints;
  std::map<AttemptId, const Contact*> unseen;
  for (const Contact& contact : contacts) unseen[contact.attempt] = &contact;
  const auto complain = [&](AttemptId attempt, const std::string& text) {
    complaints += "evidence of attempt " + std::to_string(attempt) + ": " + text + "\n";
  };
  for (const RequestEvidence& request : requests)
    for (const AttemptEvidence& attempt : request.attempts) {
      const auto found = unseen.find(attempt.id);
      if (found == unseen.end()) {
        if (attempt.verdict != "unknown") complain(attempt.id, "never sent, and not in doubt");
        continue;
      }
      const std::string text = difference(request, attempt, *found->second);
      if (!text.empty()) complain(attempt.id, text);
      unseen.erase(found);
    }
  for (const auto& [attempt, contact] : unseen) complain(attempt, "sent, and not in the ledger");
  return complaints;
}

}  // namespace usage::test
