// How a recorded row may stand to the charges, and what a seed may say of them.
#include <doctest/doctest.h>

#include "ledger/charge_walk.h"

using namespace usage;
using namespace usage::test;
using namespace usage::test::ledger_room;

namespace {

const std::string kConflict = "ledger-conflict";
const NewRow kRow = charge_row(kFirst, kFee, "12.50", "INV-1");

}  // namespace

TEST_CASE("a row that met a charge is its duplicate, in doubt as it is, or in conflict with it, and says so truly") {
  ChargeWalk walk;
  const NewRow other = charge_row(kSecond, kFee, "1");
  const NewRow third = charge_row(kThird, kFee, "2");
  const RunInfo first =
      walk.run_through({kRow, other, third}, {RowStatus::kSubmitted, RowStatus::kUnknown, RowStatus::kFailed});
  const RowId billed = walk.row(first, 0).id;
  const RowId doubtful = walk.row(first, 1).id;
  const RowId failed = walk.row(first, 2).id;
  const NewRun elsewhere = new_run(in_period("2026-11"));
  CHECK(walk.error_of_run({meeting(kRow, billed, RowStatus::kUnknown)}) == kConflict);
  CHECK(walk.error_of_run({meeting(other, doubtful, RowStatus::kDuplicate)}) == kConflict);
  CHECK(walk.error_of_run({meeting(third, failed, RowStatus::kDuplicate)}) == kConflict);
  CHECK(walk.error_of_run({meeting(third, failed, RowStatus::kUnknown)}) == kConflict);
  CHECK(walk.error_of_run({meeting(kRow, 99, RowStatus::kInvalid)}) == kConflict);
  CHECK(walk.error_of_run({meeting(kRow, billed, RowStatus::kDuplicate)}, elsewhere) == kConflict);

  const RunInfo second =
      walk.begin({meeting(kRow, billed, RowStatus::kDuplicate), meeting(other, doubtful, RowStatus::kUnknown),
                  meeting(kRow, billed, RowStatus::kInvalid)});
  CHECK(walk.row(second, 0).status == RowStatus::kDuplicate);
  CHECK(walk.row(second, 0).reason == "met it");
  CHECK(walk.row(second, 0).usage_row == walk.row(first, 0).usage_row);
  CHECK(walk.row(second, 0).superseded_by.empty());
  CHECK(walk.row(second, 1).status == RowStatus::kUnknown);
  CHECK(walk.row(second, 2).status == RowStatus::kInvalid);
  CHECK(walk.row(second, 2).usage_row == walk.row(first, 0).usage_row);
  CHECK(walk.only_charge(kFirst).run == first.id);
  CHECK(walk.ledger.charges_of(kScope, kSecond).size() == 1);
  CHECK(walk.error_of_run({meeting(kRow, billed, RowStatus::kInvalid)}, elsewhere).empty());
}

TEST_CASE("a row has a role that its status and its request allow") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow, charge_row(kThird, kFee, "2")},  //
                                         {RowStatus::kSubmitted, RowStatus::kFailed});
  for (std::size_t i = 0; i < kRowStatusNames.size(); ++i) {
    const auto status = static_cast<RowStatus>(i);
    CAPTURE(name_of(status));
    NewRow row = held_back(with_status(kRow, status));
    CHECK(walk.error_of_run({row}).empty() == (status == RowStatus::kNotSent));
    if (status == RowStatus::kNotSent) walk.end(walk.ledger.runs().back());
    row = taking(row, walk.row(first, 1).id);
    CHECK(walk.error_of_run({row}).empty() == (status == RowStatus::kNotSent));
    if (status == RowStatus::kNotSent) walk.end(walk.ledger.runs().back());
    row.role = ChargeRole::kNone;
    const bool none = status == RowStatus::kNotSent || status == RowStatus::kInvalid || status == RowStatus::kLeftOut;
    CHECK(walk.error_of_run({row}).empty() == none);
    if (none) walk.end(walk.ledger.runs().back());
    row = meeting(row, walk.row(first, 0).id, status);
    const bool meets = status == RowStatus::kDuplicate || status == RowStatus::kInvalid;
    CHECK(walk.error_of_run({row}).empty() == meets);
    if (meets) walk.end(walk.ledger.runs().back());
  }
  NewRow unreadable = kRow;
  unreadable.has_amount = false;
  CHECK(walk.error_of_run({unreadable}) == kConflict);
}

TEST_CASE("a row that was held back meets what is not billed, and nothing else") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow, charge_row(kSecond, kFee, "2"), charge_row(kThird, kFee, "3")},
                                         {RowStatus::kSubmitted, RowStatus::kUnknown, RowStatus::kFailed});
  for (std::size_t i = 0; i < 3; ++i) {
    const NewRow row = meeting(held_back(kRow), walk.row(first, i).id, RowStatus::kNotSent);
    CHECK(walk.error_of_run({row}).empty() == (i == 2));
  }
  CHECK(walk.row(walk.ledger.runs().back(), 0).usage_row == walk.row(first, 2).usage_row);
  CHECK(walk.row(first, 2).superseded_by.empty());
}

namespace {

NewRow invalid_row(std::string_view installation = "XE?") {
  NewRow row = with_status(charge_row(installation, kFee, "$5", "INV-1"), RowStatus::kInvalid);
  row.role = ChargeRole::kNone;
  row.has_amount = false;
  row.reason = "an amount that nobody reads";
  return row;
}

// In place of the invalid row.
NewRow correcting(NewRow row, RowId invalid) {
  row.charge = invalid;
  return row;
}

NewRun run_of_file(const std::string& usage_row_column = "") {
  NewRun run = new_run();
  run.files.emplace_back();
  run.files.back().name = "october.csv";
  run.files.back().mapping.usage_row = usage_row_column;
  run.input_totals = {{RowStatus::kInvalid, "EUR", 1, 1, {}}};
  return run;
}

}  // namespace

TEST_CASE("an invalid row has the name of the charge that the row which corrects it makes") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow, invalid_row()}, {RowStatus::kSubmitted}, run_of_file());
  const RowRecord invalid = walk.row(first, 1);
  CHECK(invalid.is_uncorrected);
  CHECK(!walk.ledger.find_charge(invalid.usage_row));
  const auto found = walk.ledger.find_uncorrected(invalid.usage_row);
  REQUIRE(found);
  CHECK(found->row == invalid.id);
  CHECK(found->run == first.id);
  CHECK(found->file == 0);
  CHECK(found->scope.period == kScope.period);
  CHECK(found->run_name + ", " + found->place == "2026-10-1, line 3");
  CHECK(found->installation == "XE?");
  CHECK(found->billing_sid == kFee);
  CHECK(found->reference == "INV-1");
  CHECK(!found->quantity);
  CHECK(!walk.ledger.find_uncorrected(walk.row(first, 0).usage_row));
  const std::vector<LineOfFile> lines = {{walk.row(first, 0).id, false}, {invalid.id, false}};
  CHECK(walk.ledger.lines_of_file(first.id, 0) == lines);
  CHECK(walk.ledger.lines_of_file(first.id, 1).empty());
  REQUIRE(walk.ledger.invalid_lines(kScope).size() == 1);
  CHECK(walk.ledger.invalid_lines(kScope)[0].usage_row == invalid.usage_row);
  CHECK(walk.ledger.invalid_lines(in_period("2026-11")).empty());
  CHECK(walk.ledger.former_lines(kScope).empty());

  const RunInfo second =
      walk.run_through({correcting(charge_row(kSecond, kFee, "5", "INV-2"), invalid.id)}, {RowStatus::kFailed});
  CHECK(!walk.ledger.find_uncorrected(invalid.usage_row));
  const auto made = walk.ledger.find_charge(invalid.usage_row);
  REQUIRE(made);
  CHECK(made->charge.charge == invalid.id);
  CHECK(made->charge.made_in == first.id);
  CHECK(made->charge.run == second.id);
  CHECK(walk.only_charge(kSecond).charge == invalid.id);
  CHECK(walk.row(second, 0).usage_row == invalid.usage_row);
  CHECK(walk.row(first, 1).superseded_by == "2026-10-2, line 2");
  CHECK(walk.row(first, 1).status == RowStatus::kInvalid);
  CHECK(walk.ledger.lines_of_file(first.id, 0) == lines);
  REQUIRE(walk.ledger.former_lines(in_period("2026-11")).size() == 1);
  CHECK(walk.ledger.former_lines(in_period("2026-11"))[0].charge == invalid.id);
  CHECK(walk.ledger.former_lines(in_period("2026-11"))[0].installation == "XE?");
  CHECK(walk.ledger.former_lines(in_period("2026-11"))[0].reference == "INV-1");
  const std::vector<ChargePlace> places = walk.ledger.places_of(invalid.id);
  REQUIRE(places.size() == 2);
  CHECK(places[0].references == std::vector<std::string>{"INV-1"});

  // From then on it is taken over as any other.
  const RunInfo third =
      walk.run_through({taking(charge_row(kSecond, kFee, "5", "INV-2"), invalid.id)}, {RowStatus::kSubmitted});
  CHECK(walk.only_charge(kSecond).run == third.id);
  std::vector<std::string> superseded;
  walk.ledger.each_charge(kScope, [&](const ChargeRecord& charge) {
    if (charge.row.usage_row == invalid.usage_row) superseded = charge.superseded;
  });
  CHECK(superseded == std::vector<std::string>{"2026-10-1, line 3", "2026-10-2, line 2"});
}

TEST_CASE("only an invalid row that met no charge, of an earlier run of the period, is corrected, and once") {
  ChargeWalk walk;
  const RunInfo first =
      walk.run_through({kRow, invalid_row(), held_back(kRow)}, {RowStatus::kSubmitted}, run_of_file());
  const NewRow owed = charge_row(kSecond, kFee, "5");
  CHECK(walk.error_of_run({correcting(owed, walk.row(first, 0).id)}) == kConflict);
  CHECK(walk.error_of_run({correcting(owed, walk.row(first, 2).id)}) == kConflict);
  CHECK(walk.error_of_run({correcting(owed, 99)}) == kConflict);
  CHECK(walk.error_of_run({correcting(owed, walk.row(first, 1).id)}, new_run(in_period("2026-11"))) == kConflict);
  const RowId invalid = walk.row(first, 1).id;
  CHECK(walk.error_of_run({correcting(owed, invalid), correcting(owed, invalid)}) == kConflict);
  const RunInfo met = walk.run_through({meeting(kRow, walk.row(first, 0).id, RowStatus::kInvalid)}, {});
  CHECK(walk.error_of_run({correcting(owed, walk.row(met, 0).id)}) == kConflict);
  walk.run_through({correcting(owed, invalid)}, {RowStatus::kSubmitted});
  CHECK(walk.error_of_run({correcting(owed, invalid)}) == kConflict);
  CHECK(walk.error_of_run({taking(owed, invalid)}) == kConflict);
  // The database itself refuses it, too.
  const RunInfo other = walk.run_through({invalid_row()}, {}, run_of_file());
  const std::string id = std::to_string(walk.row(other, 0).id);
  CHECK(raw_sql(walk.at.path(), "INSERT INTO charge VALUES (" + id + ", " + id + ")").starts_with("error"));
  CHECK(raw_sql(walk.at.path(), "INSERT INTO charge VALUES (" + id + ", 1)").starts_with("error"));
}

TEST_CASE(
    "a file's lines are the charges that its rows made or met, and its invalid rows; a row in conflict tells nothing") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({kRow, invalid_row()}, {RowStatus::kSubmitted}, run_of_file());
  const RowId billed = walk.row(first, 0).id;
  const RowId invalid = walk.row(first, 1).id;
  const NewRow made = charge_row(kThird, kFee, "9");
  const RunInfo again = walk.run_through(
      {meeting(kRow, billed, RowStatus::kDuplicate), meeting(invalid_row(), invalid, RowStatus::kInvalid), made},
      {RowStatus::kSubmitted}, run_of_file());
  const std::vector<LineOfFile> lines = {{billed, true}, {invalid, false}, {walk.row(again, 2).id, false}};
  CHECK(walk.ledger.lines_of_file(again.id, 0) == lines);
  const RunInfo conflict = walk.run_through(
      {meeting(kRow, billed, RowStatus::kInvalid), meeting(invalid_row(kSecond), invalid, RowStatus::kInvalid)}, {},
      run_of_file());
  CHECK(walk.ledger.lines_of_file(conflict.id, 0).empty());
  const RunInfo ours = walk.run_through({meeting(kRow, billed, RowStatus::kDuplicate)}, {}, run_of_file("usage_row"));
  CHECK(walk.ledger.lines_of_file(ours.id, 0).empty());
}

TEST_CASE("a row that is invalid once more, or held back, keeps the name of the row that it corrects") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({invalid_row()}, {}, run_of_file());
  const RowRecord invalid = walk.row(first, 0);
  const NewRow again = meeting(invalid_row(kSecond), invalid.id, RowStatus::kInvalid);
  const NewRow held = meeting(held_back(charge_row(kSecond, kFee, "5")), invalid.id, RowStatus::kNotSent);
  const RunInfo second = walk.run_through({again, held}, {}, run_of_file("usage_row"));
  for (const std::size_t i : {0U, 1U}) {
    CHECK(walk.row(second, i).usage_row == invalid.usage_row);
    CHECK(walk.row(second, i).is_uncorrected == (i == 0));
  }
  CHECK(walk.row(first, 0).superseded_by.empty());
  CHECK(walk.ledger.find_uncorrected(invalid.usage_row));
  const NewRow duplicate = meeting(charge_row(kSecond, kFee, "5"), invalid.id, RowStatus::kDuplicate);
  CHECK(walk.error_of_run({duplicate}) == kConflict);
}

TEST_CASE("an invalid row of a file of ours has no name of its own: it may have lost that of its charge") {
  ChargeWalk walk;
  const RunInfo first = walk.run_through({invalid_row()}, {}, run_of_file("usage_row"));
  const RowRecord invalid = walk.row(first, 0);
  CHECK(invalid.usage_row.empty());
  CHECK(!walk.ledger.find_uncorrected(walk.ledger.usage_row_prefix() + std::to_string(invalid.id)));
}

TEST_CASE("what is in a request makes a charge or takes one") {
  for (const ChargeRole role : {ChargeRole::kNone, ChargeRole::kMeets}) {
    ChargeWalk walk;
    const RunInfo first = walk.run_through({kRow}, {RowStatus::kSubmitted});
    walk.ledger.begin_run(new_run());
    walk.ledger.add_request(1, kFirst, "body");
    NewRow row = kRow;
    row.request = 1;
    row.role = role;
    row.charge = walk.row(first, 0).id;
    CHECK(error_of([&] { walk.ledger.add_row(row); }) == kConflict);
  }
}

TEST_CASE("an earlier ledger's run is seeded with its name and its outcomes, and is finished") {
  ChargeWalk walk;
  const auto owed = [](const std::string& installation, RowStatus status) {
    return with_status(charge_row(installation, kFee, "4.00"), status);
  };
  const RunInfo seeded = walk.begin({owed(kFirst, RowStatus::kSubmitted), owed(kSecond, RowStatus::kUnknown),
                                     owed(kThird, RowStatus::kFailed), held_back(owed(kHeld, RowStatus::kNotSent))},
                                    seed("2026-10-7"));
  CHECK(seeded.name == "2026-10-7");
  CHECK(seeded.state == RunState::kFinished);
  CHECK(seeded.stop_name == "seeded");
  CHECK(seeded.ended_at == kStart);
  CHECK(walk.only_charge(kFirst).status == RowStatus::kSubmitted);
  CHECK(walk.only_charge(kSecond).status == RowStatus::kUnknown);
  CHECK(walk.ledger.next_run_name("2026-10") == "2026-10-8");

  walk.ledger.settle(std::vector{decision(walk.row(seeded, 1).id, RowStatus::kNotSubmitted)});
  const RunInfo later = walk.begin({taking(owed(kThird, RowStatus::kFailed), walk.row(seeded, 2).id),
                                    taking(owed(kSecond, RowStatus::kSubmitted), walk.row(seeded, 1).id),
                                    meeting(owed(kFirst, RowStatus::kDuplicate), walk.row(seeded, 0).id,  //
                                            RowStatus::kDuplicate)},
                                   seed("2026-10-12"));
  CHECK(walk.only_charge(kSecond).run == later.id);
  CHECK(walk.only_charge(kSecond).status == RowStatus::kSubmitted);
  const RunInfo next =
      walk.run_through({taking(charge_row(kThird, kFee, "4.00"), walk.row(seeded, 2).id)}, {RowStatus::kSubmitted});
  CHECK(next.name == "2026-10-13");
}

TEST_CASE("a seed has a free name of its period, and nothing to be sent") {
  ChargeWalk walk;
  walk.run_through({kRow}, {RowStatus::kFailed});
  const auto row = with_status(charge_row(kSecond, kFee, "1"), RowStatus::kSubmitted);
  for (const char* name : {"2026-10-1", "2026-10", "2026-10-", "2026-10-x", "2026-11-2", "last", "2026-10-2-3"}) {
    CAPTURE(name);
    CHECK(walk.error_of_run({row}, seed(name)) == kConflict);
  }
  CHECK(walk.error_of_run({charge_row(kSecond, kFee, "1")}, seed("2026-10-2")) == kConflict);  // would be sent
  CHECK(walk.error_of_run({row}) == kConflict);                                                // no seed
  CHECK(walk.error_of_run({row}, seed("2026-10-2")).empty());
}
