// What each item of a small model must have come to, from the endpoint's journal alone.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "simulation/small_model.h"
#include "support/recorded_run.h"

namespace usage::test {
namespace {

using Kind = Ending::Kind;
using enum RowStatus;

// One item in one contact.
struct Sent {
  const SmallContact* contact = nullptr;
  bool billed = false;
  bool is_rejected() const { return contact->ending.kind == Kind::kAnswered && !billed; }
  bool is_not_processed() const {
    const Kind kind = contact->ending.kind;
    return kind == Kind::kRateLimited || kind == Kind::kNeverSent || kind == Kind::kStopRun;
  }
};

class SmallCheck {
 public:
  SmallCheck(const SmallModel& model, const SmallReport& report) : model_(model), report_(report) {}

  std::string run() {
    for (unsigned number = 1; number <= model_.installations; ++number)
      for (unsigned item = 1; item <= model_.items; ++item) check_item(number, item);
    if (report_.rows.size() != std::size_t{model_.installations} * model_.items) complain("rows are lost or doubled");
    check_totals();
    if (claimed_.size() > report_.claims_in_doubt) complain("more requests unknown than may have been claimed");
    return complaints_;
  }

 private:
  void complain(const std::string& text) { complaints_ += text + "\n"; }

  void check_item(unsigned number, unsigned item) {
    const std::string installation = installation_sid(number);
    const std::string billing_sid = "BI" + std::to_string(item);
    const auto is_it = [&](const RowRecord& row) {
      return row.installation == installation && row.billing_sid == billing_sid &&
             row.quantity == std::to_string(number) + ".0" + std::to_string(item);
    };
    name_ = std::to_string(number) + "/" + billing_sid;
    if (std::count_if(report_.rows.begin(), report_.rows.end(), is_it) != 1) return complain(name_ + ": not one row");
    const RowRecord& row = *std::find_if(report_.rows.begin(), report_.rows.end(), is_it);
    const std::vector<Sent> sent = sent_of(installation, billing_sid);
    check_journal(row, sent);
    check_proofs(sent);
    if (!allowed(row, sent).contains(row.status))
      complain(name_ + ": " + std::string(name_of(row.status)) + " is not what was proven");
  }

  std::vector<Sent> sent_of(const std::string& installation, const std::string& billing_sid) const {
    std::vector<Sent> sent;
    for (const SmallContact& contact : report_.contacts)
      for (std::size_t i = 0; i < contact.posted.items.size(); ++i)
        if (contact.posted.installation == installation && contact.posted.items[i].billing_sid == billing_sid)
          sent.push_back({&contact, ((contact.ending.bills >> i) & 1U) != 0});
    return sent;
  }

  void check_journal(const RowRecord& row, const std::vector<Sent>& sent) {
    const auto billed = std::count_if(sent.begin(), sent.end(), [](const Sent& s) { return s.billed; });
    if (billed > 1) complain(name_ + ": BILLED TWICE");
    if (billed > 0 && row.status != kSubmitted && row.status != kUnknown) complain(name_ + ": billed, and not told");
    if (billed == 0 && row.status == kSubmitted) complain(name_ + ": submitted, and not billed");
  }

  // Nothing may follow but on a proof that was recorded.
  void check_proofs(const std::vector<Sent>& sent) {
    unsigned rejected = 0;
    for (std::size_t i = 0; i + 1 < sent.size(); ++i) {
      if (sent[i].is_rejected()) ++rejected;
      const bool again = sent[i].is_rejected() && rejected <= model_.reposts;
      if (sent[i].contact->recorded == Recorded::kNo || !(sent[i].is_not_processed() || again))
        complain(name_ + ": SENT AGAIN without proof that it was not processed");
    }
  }

  std::set<RowStatus> allowed(const RowRecord& row, const std::vector<Sent>& sent) {
    std::set<RowStatus> statuses;
    const Recorded recorded = sent.empty() ? Recorded::kYes : sent.back().contact->recorded;
    if (recorded != Recorded::kYes) statuses.insert(kUnknown);
    if (recorded == Recorded::kNo) return statuses;
    if (sent.empty() || sent.back().is_not_processed()) {
      if (has_given_up(sent)) statuses.insert(kFailed);
      return or_claimed(statuses, row);
    }
    const Sent& last = sent.back();
    if (last.contact->ending.kind == Kind::kUnknown) statuses.insert(kUnknown);
    if (last.contact->ending.kind == Kind::kRefused) statuses.insert(kFailed);
    if (last.contact->ending.kind != Kind::kAnswered) return statuses;
    if (last.billed) statuses.insert(kSubmitted);
    if (last.billed) return statuses;
    const auto rejected = std::count_if(sent.begin(), sent.end(), [](const Sent& s) { return s.is_rejected(); });
    if (rejected <= static_cast<std::ptrdiff_t>(model_.reposts)) return or_claimed(statuses, row);
    statuses.insert(kNotSubmitted);
    return statuses;
  }

  // To be sent at the end of its last life: then only a claim that was never sent may have ended it, one a request.
  std::set<RowStatus> or_claimed(std::set<RowStatus> statuses, const RowRecord& row) {
    if (row.status != kUnknown || statuses.contains(kUnknown)) return statuses;
    claimed_.insert(row.request);
    statuses.insert(kUnknown);
    return statuses;
  }

  // Its last life used up the attempts, counted from what it was posted for.
  bool has_given_up(const std::vector<Sent>& sent) const {
    unsigned attempts = 0;
    for (auto last = sent.rbegin(); last != sent.rend(); ++last) {
      if (last->contact->life != sent.back().contact->life || !last->is_not_processed()) break;
      ++attempts;
    }
    return attempts >= model_.attempts;
  }

  // Every row counts in one status, with its amount; the ledger's own sums say the same.
  void check_totals() {
    using Sum = std::pair<std::uint64_t, Int128>;
    std::map<RowStatus, Sum> by_row;
    std::map<RowStatus, Sum> by_ledger;
    const auto add = [](Sum& sum, std::uint64_t rows, Int128 units) {
      sum.first += rows;
      sum.second += units;
    };
    for (const RowRecord& row : report_.rows) add(by_row[row.status], 1, units_of(row.quantity).value_or(0));
    for (const Total& total : report_.totals) add(by_ledger[total.status], total.rows, total.amount.units());
    if (by_row != by_ledger) complain("the ledger's totals are not those of its rows");
  }

  const SmallModel& model_;
  const SmallReport& report_;
  std::string name_;
  std::set<std::uint32_t> claimed_;  // requests that only an unsent claim explains
  std::string complaints_;
};

}  // namespace

std::string check_small(const SmallModel& model, const SmallReport& report) {
  return SmallCheck(model, report).run();
}

}  // namespace usage::test
