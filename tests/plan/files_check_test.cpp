// Several files in one upload.
#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/meeting.h"

namespace usage {

using namespace test;

TEST_CASE("a row that is equal to one of an earlier file of the upload is additional, within one file it is not") {
  const KnownCase nothing;
  CHECK(fates(FileCase().row(1, 1, "5.00").row(1, 1, "5.00").input, nothing) == Fates{"new", "new"});
  FileCase copy;
  copy.row(1, 1, "5.00").row(1, 1, "5.00").row(2, 1, "7.00");
  copy.next_file("copy.csv").row(1, 1, "5.00").row(1, 1, "5.00").row(2, 1, "7.01").row(3, 1, "5.00");
  CHECK(fates(copy.input, nothing) == Fates{"new", "new", "new", "new +", "new +", "new", "new"});
  const Meeting meeting = meet_ledger(copy.input, nothing.view());
  REQUIRE(meeting.additional.size() == 2);
  CHECK(meeting.additional[0].beside == "5.00 at october.csv:2, of this upload");
}

TEST_CASE("two references tell equal rows of two files apart, and one reference under other SIDs may be one charge") {
  const KnownCase nothing;
  const auto beside = [&](std::string_view first, std::string_view second) {
    FileCase file;
    file.row(1, 1, "5.00", first).next_file("more.csv").row(1, 1, "5.00", second);
    return fates(file.input, nothing).back();
  };
  CHECK(beside("L1", "L2") == "new");
  CHECK(beside("L1", "") == "new +");
  CHECK(beside("", "L1") == "new +");
  const auto under_l1 = [&](unsigned installation, std::string_view amount) {
    FileCase file;
    file.row(1, 1, "5.00", "L1").next_file("corrected.csv").row(installation, 1, amount, "L1");
    return fates(file.input, nothing).back();
  };
  CHECK(under_l1(9, "5.00") == "new +");
  CHECK(under_l1(9, "6.00") == "new");  // files that number their lines from 1
  FileCase other_item;
  other_item.row(1, 1, "5.00", "L1").next_file("corrected.csv").row(1, 2, "6.00", "L1");
  CHECK(fates(other_item.input, nothing) == Fates{"new", "new"});  // an invoice of which each system has a part
}

TEST_CASE("two currencies tell equal rows of two files apart, and a file without the column is no other") {
  const auto with = [](std::string_view first, std::string_view second) {
    FileCase file;
    file.row(1, 1, "5.00", "", "", first).next_file("more.csv").row(1, 1, "5.00", "", "", second);
    return fates(file.input, KnownCase()).back();
  };
  CHECK(with("USD", "EUR") == "new");
  CHECK(with("USD", "USD") == "new +");
  CHECK(with("USD", "") == "new +");
  CHECK(with("", "EUR") == "new +");
}

TEST_CASE("a new row is asked about beside one of another file that takes a charge's place, whichever comes first") {
  KnownCase known;
  known.charge(1, 1, "10.00", kFailed, 1, "L1");
  FileCase moved;
  moved.row(9, 1, "10.00", "L1").next_file("october.csv").row(1, 1, "10.00", "L1");
  CHECK(fates(moved.input, known) == Fates{"new +", "takes 1"});
  FileCase plain;
  plain.row(1, 1, "10.00").row(1, 1, "10.00").next_file("refs.csv").row(1, 1, "10.00", "L1");
  CHECK(fates(plain.input, known) == Fates{"new +", "new +", "takes 1"});
}

TEST_CASE("a row of a further file that takes an unbilled charge's place is that charge, whatever stands beside it") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).charge(1, 1, "5.00", kFailed);
  FileCase file;
  file.row(1, 1, "5.00").next_file("more.csv").row(1, 1, "5.00");
  CHECK(fates(file.input, known) == Fates{"takes 1", "takes 2"});
}

}  // namespace usage
