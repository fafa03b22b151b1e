#include "simulation/checker.h"

#include <algorithm>
#include <utility>

namespace usage::test {

using LifeEnd = SimulatedEndpoint::LifeEnd;

// One item of one contact.
struct Checker::Sent {
  const Contact* contact = nullptr;
  std::size_t item = 0;
  bool billed() const { return contact->billed[item]; }
  bool says_submitted() const { return contact->fate.says[item]; }
};

// Rows that nobody but the file can tell apart, and everything that was ever sent for them.
struct Checker::Group {
  std::vector<const RowRecord*> rows;
  std::vector<Sent> sent;  // in order of the attempts
  std::size_t count(RowStatus status) const {
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const RowRecord* row) { return row->status == status; }));
  }
  std::size_t billed() const {
    return static_cast<std::size_t>(std::count_if(sent.begin(), sent.end(), [](const Sent& s) { return s.billed(); }));
  }
};

namespace {

// What may be known of one row: a set of these.
constexpr std::uint8_t kPlanned = 1;
constexpr std::uint8_t kSubmitted = 2;
constexpr std::uint8_t kRejected = 4;
constexpr std::uint8_t kRefused = 8;
constexpr std::uint8_t kInDoubt = 16;

std::string identity(std::string_view installation, std::string_view billing_sid, std::string_view quantity) {
  const auto units = units_of(quantity);
  return lowered(installation) + " " + lowered(billing_sid) + " " + (units ? shortest_text(*units) : "?");
}

bool is_not_processed(Proof proof) {
  return proof == Proof::kNotProcessed || proof == Proof::kRateLimited || proof == Proof::kStopRun;
}

std::uint8_t meaning(Proof proof, bool says_submitted) {
  switch (proof) {
    case Proof::kAnswered:
      return says_submitted ? kSubmitted : kRejected;
    case Proof::kEither:
      return static_cast<std::uint8_t>((says_submitted ? kSubmitted : kRejected) | kInDoubt);
    case Proof::kRefused:
      return kRefused;
    case Proof::kDoubt:
      return kInDoubt;
    default:
      return kPlanned;
  }
}

std::uint8_t possible_after(const Contact& contact, std::size_t item) {
  if (contact.known == Knowledge::kUnderWay) return kInDoubt;
  const bool says = !contact.fate.says.empty() && contact.fate.says[item];
  const std::uint8_t meant = meaning(contact.fate.proof, says);
  return contact.known == Knowledge::kRecorded ? meant : static_cast<std::uint8_t>(meant | kInDoubt);
}

bool is_final(RowStatus status) {
  return status != RowStatus::kNotSent;
}

std::string shown(const RowRecord& row) {
  return "row " + std::to_string(row.ordinal) + " (" + std::string(name_of(row.status)) + ", request " +
         std::to_string(row.request) + ", " + std::to_string(row.attempts) + " attempts)";
}

}  // namespace

Checker::Checker(UsageFile file, SenderLimits limits)
    : file_(std::move(file)), limits_(limits), last_(file_.rows.size(), RowStatus::kNotSent) {}

void Checker::complain(const std::string& text) {
  complaints_ += text + "\n";
}

std::string Checker::check(const RunReport& report, const std::vector<Contact>& contacts,
                           const std::vector<LifeLog>& lives) {
  complaints_.clear();
  lives_ = &lives;
  report_ = &report;
  claims_left_ = 0;
  excused_requests_.clear();
  for (const LifeLog& life : lives)
    if (life.end != LifeEnd::kOrderly) claims_left_ += limits_.claims;
  check_input(report);
  if (!complaints_.empty()) return complaints_;  // the rest would speak of other rows
  check_totals(report);
  check_final_stay(report);
  const Groups groups = groups_of(report, contacts);
  for (const auto& [name, group] : groups) {
    check_journal(name, group);
    if (group.rows.size() == 1) check_single(name, group);
  }
  for (const auto& [name, group] : groups)
    if (group.rows.size() > 1) check_equal_rows(name, group);
  return complaints_;
}

void Checker::check_input(const RunReport& report) {
  if (report.rows.size() != file_.rows.size())
    return complain("the file has " + std::to_string(file_.rows.size()) + " rows, the reconciliation " +
                    std::to_string(report.rows.size()));
  std::set<std::string> held;
  for (const FileRow& row : file_.rows)
    if (row.kind == RowKind::kInvalid) held.insert(lowered(row.installation));
  for (std::size_t i = 0; i < file_.rows.size(); ++i) {
    const FileRow& ours = file_.rows[i];
    const RowRecord& row = report.rows[i];
    const bool same = row.ordinal == i && lowered(row.installation) == lowered(ours.installation) &&
                      row.billing_sid == ours.billing_sid && units_of(row.quantity) == units_of(ours.quantity) &&
                      row.currency == ours.currency && row.reference == ours.reference;
    if (!same) complain(shown(row) + " is not row " + std::to_string(i) + " of the file");
    const bool held_back = ours.kind == RowKind::kValid && held.contains(lowered(ours.installation));
    if ((ours.kind == RowKind::kInvalid) != (row.status == RowStatus::kInvalid) ||
        (ours.kind == RowKind::kLeftOut) != (row.status == RowStatus::kLeftOut) ||
        (held_back && row.status != RowStatus::kNotSent))
      complain(shown(row) + " has a status that its kind does not have");
    if ((row.request != 0) != (ours.kind == RowKind::kValid && !held_back))
      complain(shown(row) + " is or is not in a request against its kind");
  }
}

// By status and currency, over the rows as reported; and what the plan promised.
void Checker::check_totals(const RunReport& report) {
  std::map<std::string, std::pair<std::size_t, Int128>> input;
  std::map<std::string, std::pair<std::size_t, Int128>> planned;
  for (const FileRow& row : file_.rows) {
    auto& [rows, sum] = input[row.currency];
    ++rows;
    sum += units_of(row.quantity).value_or(0);
  }
  for (const Total& total : report.run.input_totals) {
    auto& [rows, sum] = planned[total.currency];
    rows += total.rows;
    sum += total.amount.units();
  }
  if (input != planned) complain("the run's totals are not those of the file");
}

void Checker::check_final_stay(const RunReport& report) {
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    const RowStatus now = report.rows[i].status;
    if (is_final(last_[i]) && now != last_[i])
      complain(shown(report.rows[i]) + " was reported as " + std::string(name_of(last_[i])) + " before");
    last_[i] = now;
  }
}

Checker::Groups Checker::groups_of(const RunReport& report, const std::vector<Contact>& contacts) {
  Groups groups;
  for (const RowRecord& row : report.rows)
    if (row.request != 0) groups[identity(row.installation, row.billing_sid, row.quantity)].rows.push_back(&row);
  for (const Contact& contact : contacts)
    for (std::size_t i = 0; i < contact.posted.items.size(); ++i) {
      const Item& item = contact.posted.items[i];
      groups[identity(contact.posted.installation, item.billing_sid, item.quantity)].sent.push_back({&contact, i});
    }
  return groups;
}

void Checker::check_journal(const std::string& name, const Group& group) {
  const std::size_t billed = group.billed();
  const std::size_t submitted = group.count(RowStatus::kSubmitted);
  const std::size_t unknown = group.count(RowStatus::kUnknown);
  const auto say = [&](const char* what) {
    complain(std::string(what) + ": " + name + ": " + std::to_string(group.rows.size()) + " rows, billed " +
             std::to_string(billed) + ", submitted " + std::to_string(submitted) + ", unknown " +
             std::to_string(unknown));
  };
  if (billed > group.rows.size()) say("BILLED TWICE");
  if (billed > submitted + unknown) say("billed, and reported otherwise");
  if (submitted > billed) say("reported as submitted, and not billed");
}

// The only row with this content: everything sent for it is its own.
void Checker::check_single(const std::string& name, const Group& group) {
  std::uint8_t possible = kPlanned;
  unsigned rejected = 0;
  for (const Sent& sent : group.sent) {
    const bool again = (possible & kRejected) != 0 && rejected <= limits_.reposts;
    if ((possible & kPlanned) == 0 && !again) complain("SENT AGAIN without proof that it was not processed: " + name);
    possible = possible_after(*sent.contact, sent.item);
    if ((possible & kRejected) != 0) ++rejected;
  }
  const RowRecord& row = *group.rows.front();
  // A rejected row may be planned again, for its next request.
  if ((possible & kRejected) != 0 && rejected <= limits_.reposts) possible |= kPlanned;
  check_finish(group, row, possible);
  const bool claimed_once_more = row.status == RowStatus::kUnknown && row.attempts == group.sent.size() + 1;
  if (row.attempts != group.sent.size() && !(claimed_once_more && excuse_claim(row)))
    complain(shown(row) + " was sent " + std::to_string(group.sent.size()) + " times");
  if (group.sent.empty() || claimed_once_more || row.status == RowStatus::kNotSent) return;
  const Contact& last = *group.sent.back().contact;
  if (last.known == Knowledge::kRecorded && last.fate.delivery.headers_complete &&
      row.http_status != last.fate.delivery.http_status)
    complain(shown(row) + " shows another HTTP status than " + std::to_string(last.fate.delivery.http_status));
}

void Checker::check_finish(const Group& group, const RowRecord& row, std::uint8_t possible) {
  const bool is_open = report_->run.state == RunState::kOpen;
  switch (row.status) {
    case RowStatus::kSubmitted:
      if ((possible & kSubmitted) == 0) complain(shown(row) + " has no answer that says so");
      return;
    case RowStatus::kNotSubmitted:
      if ((possible & kRejected) == 0) complain(shown(row) + " has no answer that says so");
      return;
    case RowStatus::kFailed:
      if ((possible & kRefused) == 0 && !((possible & kPlanned) != 0 && has_given_up(group)))
        complain(shown(row) + " was not refused, nor were its retries used up");
      return;
    case RowStatus::kNotSent:
      if ((possible & kPlanned) == 0 || !is_open) complain(shown(row) + " is not sent for no reason");
      return;
    case RowStatus::kUnknown:
      if ((possible & kInDoubt) != 0) {
        if (group.sent.size() != row.attempts) return;  // a claim that was never sent is in doubt by itself
        const Contact& last = *group.sent.back().contact;
        const bool only_unrecorded = last.known == Knowledge::kHandedOut && last.fate.proof != Proof::kDoubt;
        const LifeLog* life = last.life < lives_->size() ? &(*lives_)[last.life] : nullptr;
        if (only_unrecorded && life != nullptr && life->end == LifeEnd::kLedgerFailed &&
            !life->unrecorded.contains(row.request))
          complain(shown(row) + " lost its outcome, and nobody was told");
        return;
      }
      if ((possible & kPlanned) == 0 || !excuse_claim(row))
        complain(shown(row) + " is unknown against proof: " +
                 (group.sent.empty() ? "never sent" : group.sent.back().contact->fate.name));
      return;
    default:
      complain(shown(row) + " has a status that no sent row has");
  }
}

// Were the retries of its last life used up?
bool Checker::has_given_up(const Group& group) const {
  if (group.sent.empty()) return false;
  const Contact& last = *group.sent.back().contact;
  unsigned others = 0;
  const Contact* first_limited = nullptr;
  for (const Sent& sent : group.sent) {
    const Contact& contact = *sent.contact;
    if (contact.life != last.life) continue;
    if (!is_not_processed(contact.fate.proof)) {  // what it was posted for before it was posted again
      others = 0;
      first_limited = nullptr;
    } else if (contact.fate.proof == Proof::kRateLimited) {
      if (first_limited == nullptr) first_limited = &contact;
    } else {
      ++others;
    }
  }
  if (last.fate.proof != Proof::kRateLimited) return others >= limits_.max_attempts;
  return last.ended_at - first_limited->ended_at >= limits_.max_wait;
}

// A claim that was recorded, and the process died before it was sent.
bool Checker::excuse_claim(const RowRecord& row) {
  if (excused_requests_.contains(row.request)) return true;
  if (claims_left_ == 0) return false;
  --claims_left_;
  excused_requests_.insert(row.request);
  return true;
}

// Rows with equal content are interchangeable, so only their numbers can be held against each other.
void Checker::check_equal_rows(const std::string& name, const Group& group) {
  struct Range {
    std::size_t least = 0;
    std::size_t most = 0;
  };
  Range submitted;
  Range doubtful;
  Range refused;
  std::size_t rejected = 0;
  std::size_t not_processed = 0;
  std::size_t taken = 0;  // rows whose charge may have been billed, or will never be sent again
  for (const Sent& sent : group.sent) {
    const std::uint8_t possible = possible_after(*sent.contact, sent.item);
    if (taken >= group.rows.size()) complain("SENT AGAIN without proof that it was not processed: " + name);
    const auto count = [&](Range& range, std::uint8_t state) {
      if ((possible & state) != 0) ++range.most;
      if (possible == state) ++range.least;
    };
    count(submitted, kSubmitted);
    count(doubtful, kInDoubt);
    count(refused, kRefused);
    if ((possible & kRejected) != 0) ++rejected;
    if ((possible & kPlanned) != 0) ++not_processed;
    if ((possible & (kPlanned | kRejected)) == 0) ++taken;
  }
  const std::size_t known_unknown = std::min(group.count(RowStatus::kUnknown), doubtful.most);
  std::size_t surplus = group.count(RowStatus::kUnknown) - known_unknown;
  // Which of them was claimed and never sent can only be guessed: first those whose request was so for other rows.
  std::vector<const RowRecord*> rows = group.rows;
  std::stable_partition(rows.begin(), rows.end(),
                        [&](const RowRecord* row) { return excused_requests_.contains(row->request); });
  for (const RowRecord* row : rows)
    if (surplus > 0 && row->status == RowStatus::kUnknown && excuse_claim(*row)) --surplus;
  const auto require = [&](bool holds, const char* what) {
    if (!holds) complain(std::string(what) + ": " + std::to_string(group.rows.size()) + " equal rows of " + name);
  };
  const auto is_within = [](std::size_t n, const Range& range) { return n >= range.least && n <= range.most; };
  require(is_within(group.count(RowStatus::kSubmitted), submitted), "other rows submitted than were answered so");
  require(surplus == 0, "unknown against proof");
  require(group.count(RowStatus::kUnknown) >= doubtful.least, "in doubt, and not unknown");
  require(group.count(RowStatus::kNotSubmitted) <= rejected, "not_submitted without an answer");
  require(group.count(RowStatus::kFailed) >= refused.least, "refused, and not failed");
  require(group.count(RowStatus::kFailed) <= refused.most + (not_processed > 0 ? group.rows.size() : 0),
          "failed without proof");
  require(group.count(RowStatus::kNotSent) == 0 || report_->run.state == RunState::kOpen, "not sent for no reason");
}

}  // namespace usage::test
