#include "simulation/simulated_operator.h"

#include <algorithm>
#include <map>

namespace usage::test {
namespace {

std::size_t index_of(const RowPlace& place) {
  return place.line - 2;
}

// Would the item be a charge that none of the others is?
bool is_one_more(const IntendedCharges& intended, std::vector<std::string> items, const std::string& item) {
  const std::size_t before = intended.distinct(items);
  items.push_back(item);
  return intended.distinct(items) > before;
}

// What was meant before, and what the file means.
IntendedCharges meant_by(const PeriodBook& book, const Upload& upload) {
  IntendedCharges intended = book.intended;
  for (const MeantRow& row : upload.rows)
    if (row.row.kind == RowKind::kValid) intended.may_stand_as(content_key(row.row), row.intent);
  return intended;
}

void take_out(MeantFile& file, const std::set<std::size_t>& rows) {
  MeantFile left;
  for (std::size_t i = 0; i < file.size(); ++i)
    if (!rows.contains(i)) left.push_back(std::move(file[i]));
  file = std::move(left);
}

// The additional ones of those that would be sent, by their place in the file.
std::set<std::size_t> listed_rows(const Accepted& tried) {
  std::set<std::size_t> listed;
  for (const AdditionalRow& row : tried.plan.meeting.additional)
    if (!tried.plan.held_back.contains(tried.input.rows[row.row].installation))
      listed.insert(index_of(tried.input.rows[row.row].place));
  return listed;
}

std::string item_of(const ChargeRecord& charge) {
  return charge.run + " " + std::to_string(charge.row.request) + " " +
         content_key(charge.row.installation, charge.row.billing_sid, charge.row.quantity);
}

// By all attempts of the row's request.
std::size_t billed_items(const Ledger& ledger, RunId run, const RowRecord& row, const std::vector<Contact>& contacts) {
  std::set<AttemptId> attempts;
  if (const auto evidence = ledger.evidence(run, row.request))
    for (const AttemptEvidence& attempt : evidence->attempts) attempts.insert(attempt.id);
  const std::string content = content_key(row.installation, row.billing_sid, row.quantity);
  std::size_t billed = 0;
  for (const Contact& contact : contacts) {
    if (!attempts.contains(contact.attempt)) continue;
    for (std::size_t i = 0; i < contact.billed.size(); ++i) {
      const Item& item = contact.posted.items[i];
      if (contact.billed[i] && content_key(contact.posted.installation, item.billing_sid, item.quantity) == content)
        ++billed;
    }
  }
  return billed;
}

MeantRow again(const SeenRun& run, const RowRecord& row) {
  MeantRow meant = run.file[row.ordinal];
  meant.row.usage_row = row.usage_row;
  return meant;
}

}  // namespace

void PeriodBook::see(SeenPeriod now) {
  std::map<std::string, const SeenRun*> runs;
  for (const SeenRun& run : now.runs) runs[run.run.name] = &run;
  standing.clear();
  for (const ChargeRecord& charge : now.charges) {
    const MeantRow& row = runs.at(charge.run)->file[charge.row.ordinal];
    standing[row.intent].push_back(row.row);
  }
  seen = std::move(now);
}

void PeriodBook::correct_sids(MeantFile& file) const {
  for (MeantRow& row : file) {
    const auto found = standing.find(row.intent);
    if (!row.row.usage_row.empty() || found == standing.end()) continue;
    row.row.installation = found->second.back().installation;
    row.row.billing_sid = found->second.back().billing_sid;
  }
  drop_repeated_references(file);
}

Upload SimulatedOperator::next_file(std::vector<PeriodBook>& books, std::size_t period) {
  PeriodBook& book = books[period];
  Upload upload;
  upload.period = period;
  if (dice_.one_in(2)) upload.on_invalid = OnInvalid::kHoldBack;
  if (book.sheet.empty())
    book.sheet = period == 0 ? meanings_.any_sheet() : meanings_.for_another_period(books[0].sheet);
  switch (dice_.below(10)) {
    case 0:
    case 1:
      break;  // the sheet as it stands
    case 2:
      if (!book.uploaded.empty()) upload.rows = book.uploaded[dice_.below(book.uploaded.size())];
      break;
    case 3:
    case 4:
    case 5:
      meanings_.edit(book.sheet);
      break;
    case 6:
      if (books.size() > 1) upload.rows = failed_rows(books[(period + 1) % books.size()]);  // the wrong period
      break;
    default:
      upload.rows = failed_rows(book);
  }
  if (upload.rows.empty()) upload.rows = book.sheet;
  book.correct_sids(upload.rows);
  return upload;
}

MeantFile SimulatedOperator::failed_rows(const PeriodBook& book) {
  if (book.seen.runs.empty()) return {};
  MeantFile file = rows_of_run(book, book.seen.runs[dice_.below(book.seen.runs.size())]);
  if (dice_.one_in(3)) add_sheet_rows(book, file);
  drop_repeated_references(file);
  return file;
}

MeantFile SimulatedOperator::rows_of_run(const PeriodBook& book, const SeenRun& run) {
  const bool whole = dice_.one_in(6);  // all of the reconciliation
  MeantFile file;
  for (const RowRecord& row : run.rows) {
    const bool is_to_correct = is_unbilled(row.status) || row.status == RowStatus::kInvalid;
    if (run.file[row.ordinal].row.kind == RowKind::kLeftOut || (!whole && !is_to_correct)) continue;
    MeantRow meant = again(run, row);
    if (means(file, meant.intent)) continue;
    if (dice_.one_in(5)) meanings_.change_amount(meant.row);
    if (dice_.one_in(6)) meanings_.change_reference(meant.row);
    if (dice_.one_in(3)) correct_sid(book, meant);
    file.push_back(meant);
    if (!meant.row.usage_row.empty() && dice_.one_in(25)) file.push_back(meant);  // twice: neither is taken
  }
  return file;
}

// Only where just one charge is meant, so that the person cannot correct one and leave its twin: to the ledger, a row
// with other SIDs is another charge.
void SimulatedOperator::correct_sid(const PeriodBook& book, MeantRow& meant) {
  const auto standing = book.standing.find(meant.intent);
  const std::size_t charges = standing == book.standing.end() ? 0 : standing->second.size();
  const bool names_charge = std::ranges::any_of(
      book.seen.charges, [&](const ChargeRecord& charge) { return charge.row.usage_row == meant.row.usage_row; });
  if (charges != (names_charge ? 1 : 0) || !book.intended.is_told_apart(meant.intent)) return;
  meanings_.change_sid(meant.row);
  ++corrected_sids_;
}

void SimulatedOperator::add_sheet_rows(const PeriodBook& book, MeantFile& file) {
  for (const MeantRow& row : book.sheet)
    if (!means(file, row.intent)) file.push_back(row);
}

// Two charges may be left of one meaning, where its amount was edited: one row for it.
MeantFile SimulatedOperator::all_unbilled(const PeriodBook& book) {
  std::map<std::string, const SeenRun*> runs;
  for (const SeenRun& run : book.seen.runs) runs[run.run.name] = &run;
  MeantFile file;
  for (const ChargeRecord& charge : book.seen.charges) {
    if (!is_unbilled(charge.row.status)) continue;
    const MeantRow row = again(*runs.at(charge.run), charge.row);
    if (!means(file, row.intent)) file.push_back(row);
  }
  drop_repeated_references(file);
  return file;
}

std::optional<Accepted> SimulatedOperator::agree(const Ledger& ledger, PeriodBook& book, Upload& upload,
                                                 const std::vector<std::string>& items, std::size_t max_items,
                                                 Temper temper) {
  PlanOptions options;
  options.max_items = max_items;
  for (std::size_t tries = 0; tries < 40 && !upload.rows.empty(); ++tries) {
    options.on_invalid = upload.on_invalid;
    Accepted tried{input_of(file_of(upload.rows)), {}, {}};
    Meeting meeting = meet_ledger(tried.input, view_of(ledger, book.scope));
    tried.plan = make_plan(tried.input, std::move(meeting), options);
    if (tried.plan.refusals.empty()) {
      tried.additional = listed_rows(tried);
      return tried;
    }
    if (tried.plan.refusals.front().name == "additional-charges") {
      if (!options.allow_additional.empty()) complaint_ = "exactly what was asked for is not allowed";
      if (temper == Temper::kAny && dice_.one_in(6)) return std::nullopt;
      options.allow_additional.clear();
      if (decide_additional(tried, book, upload, items, temper)) options.allow_additional = tried.plan.additional;
    } else {
      options.allow_additional.clear();
      if (!answer_invalid(tried.input, book, upload, items, temper)) return std::nullopt;
    }
    if (!complaint_.empty()) return std::nullopt;
  }
  return std::nullopt;
}

// True: all are allowed. False: some were taken out.
bool SimulatedOperator::decide_additional(const Accepted& tried, PeriodBook& book, Upload& upload,
                                          std::vector<std::string> items, Temper temper) {
  IntendedCharges intended = meant_by(book, upload);
  const std::set<std::size_t> listed = listed_rows(tried);
  for (std::uint32_t i = 0; i < tried.input.rows.size(); ++i) {
    const std::size_t row = index_of(tried.input.rows[i].place);
    if (is_sent(tried.input, tried.plan, i) && !listed.contains(row))
      items.push_back(content_key(upload.rows[row].row));
  }
  std::set<std::size_t> out;
  std::map<std::size_t, Intent> wanted_besides;
  for (const std::size_t i : listed) {
    // Just the charge that the row means, whatever its equals mean.
    const std::string item = "row " + std::to_string(i);
    intended.may_stand_as(item, upload.rows[i].intent);
    const bool is_owed = is_one_more(intended, items, item);
    if (is_owed ? temper == Temper::kAny && dice_.one_in(4) : temper == Temper::kCareful || !dice_.one_in(5)) {
      out.insert(i);
      // It is billed, as the journal has it: so it is not forgotten when its equals are decided about again.
      if (!is_owed) book.intended.may_stand_as(content_key(upload.rows[i].row), upload.rows[i].intent);
      continue;
    }
    if (!is_owed) {
      wanted_besides[i] = meanings_.next();
      intended.may_stand_as(item, wanted_besides[i]);
    }
    items.push_back(item);
  }
  if (out.empty())
    for (const auto& [i, intent] : wanted_besides) {
      upload.besides[intent] = upload.rows[i].intent;
      upload.rows[i].intent = intent;
    }
  take_out(upload.rows, out);
  return out.empty();
}

// False: the person gives up.
bool SimulatedOperator::answer_invalid(const UsageInput& input, const PeriodBook& book, Upload& upload,
                                       const std::vector<std::string>& items, Temper temper) {
  if (temper == Temper::kAny && dice_.one_in(3)) return false;
  if (temper == Temper::kAny && dice_.one_in(2)) {
    upload.on_invalid = OnInvalid::kHoldBack;
    return true;
  }
  std::set<std::size_t> out;
  const IntendedCharges intended = meant_by(book, upload);
  for (const InvalidRow& invalid : input.invalid) {
    const std::size_t i = index_of(invalid.place);
    FileRow& row = upload.rows[i].row;
    const bool by_ledger = row.kind == RowKind::kValid;
    const std::string content = content_key(row);
    const bool is_about_reference = invalid.problems.front().name.starts_with("reference") && !row.reference.empty();
    if (by_ledger && !(is_about_reference && is_one_more(intended, items, content)))
      out.insert(i);
    else
      correct(row);
  }
  take_out(upload.rows, out);
  return true;
}

void SimulatedOperator::correct(FileRow& row) {
  if (row.kind == RowKind::kValid) row.reference.clear();
  row.kind = RowKind::kValid;
  if (row.quantity == "$5") meanings_.change_amount(row);
}

void SimulatedOperator::note_upload(PeriodBook& book, const Upload& upload) {
  book.uploaded.push_back(upload.rows);
  for (const MeantRow& row : upload.rows) {
    const auto beside = upload.besides.find(row.intent);
    if (beside == upload.besides.end() || means(book.sheet, row.intent)) continue;
    const auto same = std::find_if(book.sheet.begin(), book.sheet.end(), [&](const MeantRow& known) {
      return known.intent == beside->second && content_key(known.row) == content_key(row.row);
    });
    if (same != book.sheet.end()) {
      same->intent = row.intent;
      continue;
    }
    book.sheet.push_back(row);
    book.sheet.back().row.usage_row.clear();
  }
  drop_repeated_references(book.sheet);
}

void SimulatedOperator::mend(MeantFile& sheet) {
  for (MeantRow& row : sheet)
    if (row.row.kind == RowKind::kInvalid) correct(row.row);
}

// What became of each item of its request, as the endpoint tells who asks: equal items of one request are one.
std::vector<Settlement> SimulatedOperator::settlements(const Ledger& ledger, const PeriodBook& book,
                                                       const std::vector<Contact>& contacts, unsigned percent,
                                                       WallTime now) {
  std::map<std::string, RowId> meeting;
  std::map<std::string, RunId> runs;
  for (const RunInfo& run : ledger.runs_of(book.scope)) {
    runs[run.name] = run.id;
    ledger.each_row(run.id, [&](const RowRecord& row) {
      if (row.status == RowStatus::kUnknown) meeting[row.usage_row] = row.id;
    });
  }
  std::map<std::string, std::size_t> claimed;
  std::vector<ChargeRecord> unknown;
  ledger.each_charge(book.scope, [&](const ChargeRecord& charge) {
    if (charge.row.status == RowStatus::kSubmitted) ++claimed[item_of(charge)];
    if (charge.row.status == RowStatus::kUnknown) unknown.push_back(charge);
  });
  std::vector<Settlement> decided;
  for (const ChargeRecord& charge : unknown) {
    if (!dice_.percent(percent)) continue;
    std::size_t& others = claimed[item_of(charge)];
    const bool is_billed = billed_items(ledger, runs.at(charge.run), charge.row, contacts) > others;
    if (is_billed) ++others;
    const RowStatus status = is_billed ? RowStatus::kSubmitted : RowStatus::kNotSubmitted;
    decided.push_back({charge.row.id, status, "the simulated person", "asked the journal", now});
    // By a row that only met the charge it is the same.
    if (dice_.one_in(2)) decided.back().row = meeting.at(charge.row.usage_row);
  }
  return decided;
}

template <class Is>
std::vector<Settlement> SimulatedOperator::decide(const PeriodBook& book, const Is& is_meant, RowStatus status,
                                                  unsigned percent, WallTime now) {
  std::map<std::string, RunState> runs;
  for (const SeenRun& run : book.seen.runs) runs[run.run.name] = run.run.state;
  std::vector<Settlement> decided;
  for (const ChargeRecord& charge : book.seen.charges)
    if (is_meant(charge.row) && runs.at(charge.run) != RunState::kOpen && dice_.percent(percent))
      decided.push_back({charge.row.id, status, "the simulated person", "not to be billed, or to be after all", now});
  return decided;
}

std::vector<Settlement> SimulatedOperator::left_out(const PeriodBook& book, unsigned percent, WallTime now) {
  return decide(
      book, [](const RowRecord& row) { return is_unbilled(row.status); }, RowStatus::kLeftOut, percent, now);
}

std::vector<Settlement> SimulatedOperator::taken_back(const PeriodBook& book, unsigned percent, WallTime now) {
  return decide(
      book, [](const RowRecord& row) { return row.status == RowStatus::kLeftOut; }, RowStatus::kNotSubmitted, percent,
      now);
}

}  // namespace usage::test
