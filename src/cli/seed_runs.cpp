#include "seed_runs.h"

#include <algorithm>

#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/marketplace/judge.h"
#include "usage/model/reason_words.h"

namespace usage {
namespace {

std::string place_of(const SeedRow& row, const SeedFile& file) {
  return clean_text(file.path.string()) + ":" + std::to_string(row.line);
}

[[noreturn]] void refuse(const std::string& place, const std::string& why, const std::string& remedy) {
  throw RefusedError("seed-file", place + ": " + why + "; no ledger was made", remedy);
}

bool is_settled(const SeedRow& row) {
  return !row.settled_by.empty() && (row.status == RowStatus::kSubmitted || row.status == RowStatus::kNotSubmitted ||
                                     row.status == RowStatus::kLeftOut);
}

// By the operator's choice or, where it names a charge, because that was left out by a decision.
bool is_left_out_otherwise(const SeedRow& row) {
  return row.status == RowStatus::kLeftOut && !is_settled(row);
}

// An additional charge that nobody had allowed: the charge that it names stays where it is.
bool is_held_back_unowed(const SeedRow& row) {
  return row.status == RowStatus::kNotSent && row.reason.starts_with(kHeldBackWords) &&
         row.reason.find(std::string(kOfInvalidWords).append("; ").append(kAdditionalWords)) != std::string_view::npos;
}

// A row has its own outcome in the file, or what a person decided on it. A decision that it was billed, or not, was on
// a doubt. What was left out may have been proven not billed.
RowStatus own_status(const SeedRow& row) {
  if (!is_settled(row)) return row.status;
  if (row.status != RowStatus::kLeftOut) return RowStatus::kUnknown;
  if (row.sent_at.empty()) return RowStatus::kNotSent;
  return is_refusal(row.http_status) ? RowStatus::kFailed : RowStatus::kUnknown;
}

bool is_owed(const SeedRow& row) {
  return !row.usage_row.empty() && row.status != RowStatus::kInvalid && !is_left_out_otherwise(row) &&
         !is_held_back_unowed(row);
}

// Its run met the charge while that was in doubt, and sent nothing of it.
bool only_met(const SeedRow& row) {
  return row.reason.starts_with(kInDoubtWords);
}

// A duplicate that was settled met a charge in doubt, which the decision was about: that it was billed.
SeedRow as_decided(SeedRow row) {
  if (row.status == RowStatus::kDuplicate && !row.settled_by.empty()) row.status = RowStatus::kSubmitted;
  return row;
}

// What stands in the text behind the last such mark; empty where there is none.
std::string_view behind_last(std::string_view mark, std::string_view text) {
  const std::size_t at = text.rfind(mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

// The run that the reconciliation's reason names as having taken the row's place; empty where it names none.
std::string superseding_run(std::string_view reason) {
  const std::string_view run = behind_last(kSupersededWords, reason);
  const std::size_t comma = run.find(", ");
  return comma == std::string_view::npos ? "" : std::string(run.substr(0, comma));
}

// What took the row's place in the earlier ledger is to be seen in this one.
std::string_view without_superseding(std::string_view reason) {
  reason = reason.substr(0, reason.rfind(kSupersededWords));
  return reason.ends_with("; ") ? reason.substr(0, reason.size() - 2) : reason;
}

// The run that a duplicate's reason names as having submitted its charge; empty where it names none.
std::string submitting_run(std::string_view reason) {
  const std::string_view run = behind_last(std::string(kSubmittedWords).append(kRunWords), reason);
  return std::string(run.substr(0, run.find(", ")));
}

// What a seeded row cannot keep in columns of its own.
std::string reason_of(const SeedRow& row, const std::string& note) {
  std::string reason(without_superseding(row.reason));
  const auto add = [&reason](const std::string& text) { reason += (reason.empty() ? "" : "; ") + text; };
  if (!row.sent_at.empty()) add("sent at " + std::string(row.sent_at));
  if (!row.twilio_request_id.empty()) add("Twilio-Request-Id " + std::string(row.twilio_request_id));
  if (!note.empty()) add(note);
  return reason;
}

std::string was_when_written(const SeedRow& row) {
  return "it was " + std::string(name_of(row.status)) + " when this file was written";
}

NewRun run_of(const SeedFile& file, const Clock& clock) {
  InputFile input;
  input.name = file.path.string();
  // As a file of ours, which says row by row how its amounts are written; it is not repeated from: result files have
  // the reconciliation's columns.
  input.mapping.usage_row = "usage_row";
  if (file.may_have_comma) input.decimal_sign = DecimalSign::kComma;
  NewRun run;
  run.scope = file.scope;
  run.name = file.run;
  run.content_digest = file.content_digest;
  run.files = {input};
  run.input_totals = file.totals;
  run.program_version = USAGE_VERSION;
  run.started_at = file.started_at.value_or(clock.wall_now());
  return run;
}

}  // namespace

void RunSeeder::seed(const std::vector<SeedFile>& files) {
  if (std::ranges::any_of(files, &SeedFile::may_have_gone_on)) note_last_files(files);
  for (const SeedFile& file : files) seed_run(file);
}

void RunSeeder::note_last_files(const std::vector<SeedFile>& files) {
  for (const SeedFile& file : files)
    each_seed_row(file.path, [&](const SeedRow& row) {
      if (is_owed(row) && row.status != RowStatus::kDuplicate) last_file_[std::string(row.usage_row)] = &file;
    });
}

void RunSeeder::seed_run(const SeedFile& file) {
  tokens_.clear();
  decided_.clear();
  may_have_been_sent_ = 0;
  ledger_.open_period(file.scope, clock_.wall_now());
  ledger_.begin_run(run_of(file, clock_));
  each_seed_row(file.path, [&](const SeedRow& row) { add(as_far_as_known(as_decided(row), file), file); });
  record_decisions(ledger_.commit_run().id);
  if (may_have_been_sent_ > 0) warn_of_open_run(file);
}

// An open run goes on after its file was written, and then what it had not sent may have been billed. Not where a later
// file took the row up: only what a run had left when it was over can be taken.
SeedRow RunSeeder::as_far_as_known(SeedRow row, const SeedFile& file) {
  if (!file.may_have_gone_on || row.status != RowStatus::kNotSent || !is_owed(row)) return row;
  if (!file.open_runs.empty() && std::ranges::count(file.open_runs, row.run) == 0) return row;
  if (last_file_.at(std::string(row.usage_row)) != &file) return row;
  ++may_have_been_sent_;
  row.status = RowStatus::kUnknown;
  row.reason = file.has_summary ? "its run was open when this file was written, and may have gone on"
                                : "no summary.json says that its run was over when this file was written";
  return row;
}

void RunSeeder::warn_of_open_run(const SeedFile& file) {
  warnings_.push_back(
      {"seed-run-open",
       "run " + file.run + (file.has_summary ? " was open when " : " may have been open when ") +
           clean_text(file.path.string()) + " was written, and may have gone on: " +
           count_of(may_have_been_sent_, "row that was not sent then is", "rows that were not sent then are") +
           " unknown now; ask the endpoint's owner which of them were billed, and settle them"});
}

void RunSeeder::add(const SeedRow& row, const SeedFile& file) {
  const Standing standing = standing_of(row, file);
  std::string reason = reason_of(row, standing.note);
  if (standing.role == ChargeRole::kMeets && standing.status == RowStatus::kUnknown && !only_met(row))
    reason = std::string(kInDoubtWords) + ": " + reason;  // for those who make a ledger of what this one writes
  NewRow out;
  out.place.line = row.original_line;
  out.installation = row.installation;
  out.billing_sid = row.billing_sid;
  out.quantity = row.quantity;
  out.has_amount = row.has_amount;
  out.currency = row.currency;
  out.reference = row.reference;
  out.status = standing.status;
  out.reason = reason;
  out.role = standing.role;
  out.charge = standing.charge;
  ledger_.add_row(out);
  note_token(row, standing, file);
}

RunSeeder::Standing RunSeeder::standing_of(const SeedRow& row, const SeedFile& file) {
  const auto known = charges_.find(std::string(row.usage_row));
  const bool is_known = known != charges_.end();
  if (is_left_out_otherwise(row)) return met_left_out(row, file);
  // It keeps the charge's name, by which it can be corrected.
  if (row.status == RowStatus::kInvalid || is_held_back_unowed(row)) {
    if (is_known && known->second.charge != 0) return {ChargeRole::kMeets, row.status, known->second.charge, ""};
    return {ChargeRole::kNone, row.status, 0, ""};
  }
  // Of a file that did not say that it was additional.
  if (row.usage_row.empty() && row.status == RowStatus::kNotSent) return {ChargeRole::kNone, row.status, 0, ""};
  if (row.usage_row.empty()) refuse(place_of(row, file), "usage_row is empty", "give the file as it was written");
  const bool is_uncorrected = is_known && known->second.status == RowStatus::kInvalid;
  if (is_known && !is_uncorrected) return meet(row, known->second, file);
  if (row.status == RowStatus::kDuplicate)
    refuse(place_of(row, file), "it is a duplicate of a charge that none of the files has: " + clean_text(row.reason),
           "give the reconciliation of that run, too");
  return {ChargeRole::kNew, own_status(row), is_uncorrected ? known->second.charge : 0, ""};
}

// A later row that names the charge of an earlier one. Files may be older than settlements that came after them: what
// could have been billed stays so.
RunSeeder::Standing RunSeeder::meet(const SeedRow& row, const KnownCharge& known, const SeedFile& file) {
  const bool billed = known.status == RowStatus::kSubmitted;
  const bool in_doubt = known.status == RowStatus::kUnknown;
  if (known.charge == 0)
    refuse(place_of(row, file), "its charge stands twice in this file", "give the file as it was written");
  if (only_met(row) && known.was_in_doubt) return meet_doubt(row, known);
  if (row.status == RowStatus::kDuplicate && billed) return {ChargeRole::kMeets, row.status, known.charge, ""};
  if (row.status == RowStatus::kDuplicate && in_doubt) return meet_doubt(row, known);
  // It was one, and the decision on its charge was taken back since.
  const bool may_have_been_billed = known.was_in_doubt || known.status == RowStatus::kLeftOut;
  if (row.status == RowStatus::kDuplicate && may_have_been_billed && file.started_at < known.settled_at)
    return {ChargeRole::kMeets, row.status, known.charge, ""};
  if (known.status == RowStatus::kLeftOut) return meet(row, taken_back(row, known, file), file);
  if (row.status == RowStatus::kDuplicate) return meet_billed_elsewhere(row, known, file);
  if (is_unbilled(known.status)) return {ChargeRole::kTakes, own_status(row), known.charge, ""};
  if (in_doubt && (row.status == RowStatus::kUnknown || is_settled(row))) return meet_doubt(row, known);
  const bool is_settled_as_billed = row.status == RowStatus::kSubmitted && is_settled(row);
  if (billed && known.settled_at && !is_settled_as_billed) return meet(row, taken_back(row, known, file), file);
  if (billed && (row.status == RowStatus::kUnknown || is_settled_as_billed))
    return {ChargeRole::kMeets, RowStatus::kDuplicate, known.charge, was_when_written(row)};
  if (in_doubt) {
    warnings_.push_back({"seed-doubt", place_of(row, file) + ": the charge is unknown in " + known.file +
                                           ", which is older than a decision on it; both are kept, the older one in "
                                           "doubt until it is settled again"});
    return {ChargeRole::kNew, own_status(row), 0, ""};
  }
  refuse(place_of(row, file),
         "it is " + std::string(name_of(row.status)) + ", but " + known.file + " has its charge as submitted",
         "leave out the file that is wrong, or restore the ledger from a backup");
}

// A row that met a charge which a person had left out by then; the file of that charge may be older than the decision.
RunSeeder::Standing RunSeeder::met_left_out(const SeedRow& row, const SeedFile& file) {
  if (row.usage_row.empty()) return {ChargeRole::kNone, row.status, 0, ""};
  const auto found = charges_.find(std::string(row.usage_row));
  if (found == charges_.end() || found->second.status == RowStatus::kInvalid)
    refuse(place_of(row, file),
           "a decision left out its charge, which none of the files has: " + clean_text(row.reason),
           "give the reconciliation of that run, too");
  KnownCharge& known = found->second;
  if (known.charge == 0)
    refuse(place_of(row, file), "its charge stands twice in this file", "give the file as it was written");
  const bool was_taken_back = known.settled_at && file.started_at && *known.settled_at > *file.started_at;
  if (is_unbilled(known.status) && !was_taken_back) {
    const std::string why =
        "run " + file.run + " met the charge as left out by a decision, which its file is too old for";
    const Settlement left_out{known.row, RowStatus::kLeftOut, "init --from", why, clock_.wall_now()};
    ledger_.settle({&left_out, 1});
    warnings_.push_back({"seed-doubt", place_of(row, file) + ": the charge is " + std::string(name_of(known.status)) +
                                           " in " + known.file + ", and " + why + "; it is left out now"});
    known.status = RowStatus::kLeftOut;
    known.settled_at = left_out.settled_at;
  }
  return {ChargeRole::kMeets, row.status, known.charge, ""};
}

// What it was decided to be, if it was, its charge says by itself.
RunSeeder::Standing RunSeeder::meet_doubt(const SeedRow& row, const KnownCharge& known) const {
  return {ChargeRole::kMeets, RowStatus::kUnknown, known.charge, only_met(row) ? "" : was_when_written(row)};
}

// The charge was settled as submitted or left out when its file was written, and a later run took it over: by then it
// had been settled otherwise, which no file says.
RunSeeder::KnownCharge RunSeeder::taken_back(const SeedRow& row, const KnownCharge& known, const SeedFile& file) {
  const std::string why = "run " + file.run +
                          " took the charge up again, so a later decision had taken back the one of " +
                          rfc3339(*known.settled_at);
  const Settlement taken_back{known.row, RowStatus::kNotSubmitted, "init --from", why, clock_.wall_now()};
  ledger_.settle({&taken_back, 1});
  warnings_.push_back({"seed-doubt", place_of(row, file) + ": it is settled as " + std::string(name_of(known.status)) +
                                         " in " + known.file + ", and " + why + "; as that run left it, it is " +
                                         std::string(name_of(row.status)) + " now"});
  KnownCharge unbilled = known;
  unbilled.status = RowStatus::kNotSubmitted;
  return unbilled;
}

// A duplicate of a charge that the file of its run has as not billed.
RunSeeder::Standing RunSeeder::meet_billed_elsewhere(const SeedRow& row, const KnownCharge& known,
                                                     const SeedFile& file) {
  const std::string run = submitting_run(row.reason);
  if (!ascii_equal_ignoring_case(run, known.run))
    refuse(place_of(row, file),
           "it is a duplicate of a charge that was submitted" + (run.empty() ? "" : " by run " + clean_text(run, 80)) +
               ", but " + known.file + " has it as " + std::string(name_of(known.status)),
           run.empty() ? "give the reconciliations of all runs"
                       : "give the reconciliation of run " + clean_text(run, 80) + ", too");
  warnings_.push_back({"seed-doubt", place_of(row, file) +
                                         ": the charge was submitted when this file was written, and "
                                         "is " +
                                         std::string(name_of(known.status)) + " in " + known.file +
                                         ", by another decision; it is in doubt until it is settled again"});
  return {ChargeRole::kTakes, RowStatus::kUnknown, known.charge, was_when_written(row)};
}

void RunSeeder::note_token(const SeedRow& row, const Standing& standing, const SeedFile& file) {
  const bool owed = standing.role == ChargeRole::kNew || standing.role == ChargeRole::kTakes;
  const bool may_be_corrected = standing.role == ChargeRole::kNone && row.status == RowStatus::kInvalid;
  tokens_.emplace_back(owed || may_be_corrected ? row.usage_row : "");
  if (may_be_corrected && !row.usage_row.empty())
    charges_.try_emplace(std::string(row.usage_row), KnownCharge{.status = RowStatus::kInvalid,
                                                                 .settled_at = {},
                                                                 .run = file.run,
                                                                 .file = place_of(row, file),
                                                                 .superseded_by = superseding_run(row.reason)});
  const bool says_nothing = standing.status == RowStatus::kDuplicate || standing.status == RowStatus::kInvalid ||
                            standing.status == RowStatus::kLeftOut || is_held_back_unowed(row);
  if (standing.role == ChargeRole::kNone || says_nothing) return;
  KnownCharge& known = charges_[std::string(row.usage_row)];
  if (standing.role == ChargeRole::kNew) known.charge = standing.charge;
  if (owed) {
    known.status = standing.status;
    known.was_in_doubt = standing.status == RowStatus::kUnknown;
    known.settled_at.reset();
    known.run = file.run;
    known.file = place_of(row, file);
  }
  // A row that met the charge may say what its own file, or that of the charge, is too old for.
  const bool is_newer = !known.settled_at || known.settled_at < row.settled_at;
  const bool is_decided = standing.status == RowStatus::kUnknown || row.status == RowStatus::kLeftOut;
  if (is_settled(row) && is_decided && is_newer) {
    decided_.push_back({tokens_.size() - 1,
                        {0, row.status, std::string(row.settled_by), std::string(row.settle_note), *row.settled_at}});
    known.status = row.status;
    known.settled_at = row.settled_at;
  }
  if (ascii_equal_ignoring_case(known.superseded_by, file.run)) known.superseded_by.clear();  // here it is
  if (std::string later = superseding_run(row.reason); !later.empty()) known.superseded_by = std::move(later);
}

// A decision on a charge of this run, or on one that its row met.
void RunSeeder::record_decisions(RunId run) {
  std::vector<Settlement> settlements;
  std::vector<Settlement> not_billed;  // before it was left out, what was in doubt was settled so
  auto decided = decided_.begin();
  ledger_.each_row(run, [&](const RowRecord& row) {
    const std::string& token = tokens_[row.ordinal];
    if (!token.empty()) {
      KnownCharge& known = charges_[token];
      known.row = row.id;
      if (known.charge == 0) known.charge = row.id;
    }
    if (decided == decided_.end() || decided->ordinal != row.ordinal) return;
    decided->settlement.row = row.id;
    if (decided->settlement.status == RowStatus::kLeftOut && row.status == RowStatus::kUnknown)
      not_billed.push_back(
          {row.id, RowStatus::kNotSubmitted, "init --from", "it was left out later", decided->settlement.settled_at});
    settlements.push_back(std::move(decided++->settlement));
  });
  ledger_.settle(not_billed);
  ledger_.settle(settlements);
}

void RunSeeder::require_nothing_missing() const {
  for (const auto& [token, known] : charges_) {
    if (known.superseded_by.empty()) continue;
    refuse(known.file,
           "run " + clean_text(known.superseded_by, 80) +
               " took the place of this row, and its file is not among those given",
           "give the reconciliation of run " + clean_text(known.superseded_by, 80) + ", too");
  }
}

}  // namespace usage
