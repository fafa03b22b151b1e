#include "usage/reconcile/out_folder.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>

#include "../../src/reconcile/set_aside.h"
#include "result_case.h"
#include "usage/base/error.h"

using namespace usage;
using namespace usage::test;
namespace fs = std::filesystem;

namespace {

// What a ResultCase writes.
FolderClaim claim_of_result() {
  FolderClaim claim{"0123456789abcdef", 4, "2026-10-3"};
  claim.has_ended = true;
  claim.started_at = rfc3339(kNoon);
  return claim;
}

FolderOwner never_asked(const FolderClaim&) {
  FAIL("there is no claim to judge");
  return FolderOwner::kUnknownRun;
}

std::string refusal(const fs::path& folder, const JudgeClaim& judge = never_asked) {
  try {
    prepare_out_folder(folder, judge);
    return "";
  } catch (const UsageError& error) {
    return error.name();
  }
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("a missing folder is made for its owner alone, its parents too, and nothing stays behind in it") {
  const TempFolder temp;
  const fs::path made = prepare_out_folder(temp.path() / "a" / "b" / "", never_asked).path;
  CHECK(made == temp.path() / "a" / "b");
  CHECK(mode_of(made) == 0700);
  CHECK(mode_of(temp.path() / "a") == 0700);
  CHECK(fs::is_empty(made));
}

TEST_CASE("a folder that exists is taken, with the files of others in it untouched") {
  const TempFolder temp;
  write_text(temp.path() / "notes.txt", "mine");
  CHECK(refusal(temp.path()) == "");
  CHECK(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()) == 1);
  CHECK(read_file(temp.path() / "notes.txt", 10) == "mine");
}

TEST_CASE("a file, a link, also with a slash behind it, and a place below a file are no result folder") {
  const TempFolder temp;
  write_text(temp.path() / "file", "x");
  fs::create_directory(temp.path() / "real");
  fs::create_directory_symlink(temp.path() / "real", temp.path() / "link");
  CHECK(refusal(temp.path() / "file") == "out-not-folder");
  CHECK(refusal(temp.path() / "link") == "out-not-folder");
  CHECK(refusal(temp.path() / "link" / "") == "out-not-folder");
  CHECK(refusal(temp.path() / "file" / "below") == "out-not-folder");
  CHECK(refusal("") == "out-not-folder");
}

TEST_CASE("a folder where a result file cannot be put is refused before anything is sent") {
  for (const char* name : {"failed.csv", "report.html"}) {
    const TempFolder temp;
    fs::create_directory(temp.path() / name);
    CHECK(refusal(temp.path()) == "out-not-writable");
  }
  {
    const TempFolder temp;
    REQUIRE(::mkfifo((temp.path() / "unknown.csv").c_str(), 0600) == 0);
    CHECK(refusal(temp.path()) == "out-not-writable");
  }
  // /proc takes no files, not even root's.
  CHECK(refusal("/proc/usage-out") == "out-not-writable");
}

TEST_CASE("a result file that would take an input's place is known, by whatever path it is named") {
  const TempFolder folder;
  const fs::path out = folder.path() / "out";
  fs::create_directory(out);
  CHECK_FALSE(would_overwrite(out, {(out / "failed.csv").string(), "-"}));
  write_text(out / "failed.csv", "x");
  write_text(out / "other.csv", "x");
  CHECK(would_overwrite(out, {"-", (out / "failed.csv").string()}));
  CHECK(would_overwrite(folder.path() / "out/../out", {(folder.path() / "./out/failed.csv").string()}));
  fs::create_symlink(out / "failed.csv", folder.path() / "link.csv");
  CHECK(would_overwrite(out, {(folder.path() / "link.csv").string()}));
  CHECK_FALSE(would_overwrite(out, {(out / "other.csv").string(), (folder.path() / "gone.csv").string()}));
  CHECK_FALSE(would_overwrite(folder.path(), {(out / "failed.csv").string()}));
}

TEST_CASE("a folder without write permission is refused") {
  if (::geteuid() == 0) return;  // root may write everywhere
  const TempFolder temp;
  fs::permissions(temp.path(), fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(refusal(temp.path()) == "out-not-writable");
  fs::permissions(temp.path(), fs::perms::owner_all);
}

TEST_CASE("the summary that a run writes is recognised as its claim on the folder") {
  ResultCase result;
  result.write();
  CHECK(read_claim(result.text("summary.json")) == claim_of_result());
  FolderClaim seen;
  prepare_out_folder(result.out, [&](const FolderClaim& claim) {
    seen = claim;
    return FolderOwner::kOurs;
  });
  CHECK(seen == claim_of_result());
}

TEST_CASE("a claim says whether its run has ended, and what was done with it") {
  ResultCase result;
  for (const SummaryState state : {SummaryState::kOpen, SummaryState::kFinished, SummaryState::kAbandoned}) {
    result.summary.state = state;
    result.summary.events = {{RunEventKind::kStarted, "[{]", WallTime{}}, {RunEventKind::kResumed, "b", WallTime{}}};
    result.write();
    const FolderClaim claim = read_claim(result.text("summary.json")).value();
    CHECK(claim.has_ended == (state != SummaryState::kOpen));
    CHECK(claim.events == 2);
  }
}

TEST_CASE("results of an ended run are moved into a folder of their own, also where that was begun before") {
  ResultCase result;
  result.write();
  const std::string summary = result.text("summary.json");
  const std::string rows = result.text("reconciliation.csv");
  const fs::path within = result.out / "usage-2026-10-3";
  // A start that was killed had moved one file.
  fs::create_directory(within);
  fs::rename(result.out / "reconciliation.csv", within / "reconciliation.csv");
  const auto ended = [](const FolderClaim&) { return FolderOwner::kEnded; };
  CHECK(prepare_out_folder(result.out, ended).set_aside == "usage-2026-10-3");
  CHECK(std::distance(fs::directory_iterator(result.out), fs::directory_iterator()) == 1);
  CHECK(read_file(within / "summary.json", 1 << 20) == summary);
  CHECK(read_file(within / "reconciliation.csv", 1 << 20) == rows);
  CHECK(fs::exists(within / "failed.csv"));
  CHECK(prepare_out_folder(result.out, ended).set_aside == "");
  CHECK(folder_with_results(result.out, "2026-10-3") == result.out);  // nobody else's are there

  result.write();
  CHECK(folder_with_results(result.out, "2026-10-3") == result.out);
  CHECK(folder_with_results(result.out, "2026-10-4") == result.out);
  CHECK(prepare_out_folder(result.out, ended).set_aside == "usage-2026-10-3-kept-2");
  CHECK(mode_of(result.out / "usage-2026-10-3-kept-2") == 0700);
  result.summary.run = "2026-10-4";
  result.write();
  CHECK(folder_with_results(result.out, "2026-10-3") == within);
}

TEST_CASE("a folder that is reached by a link is known by its own place, and by no other that takes it") {
  const TempFolder temp;
  const fs::path own = fs::canonical(temp.path()) / "own";
  fs::create_directories(own / "out");
  fs::create_directory_symlink(own, temp.path() / "link");
  const OutFolder out = prepare_out_folder(temp.path() / "link" / "out", never_asked);
  CHECK(out.path == own / "out");
  CHECK(why_not_in_place(out) == "");
  fs::rename(own, temp.path() / "moved");
  CHECK(why_not_in_place(out) == "No such file or directory");
  fs::create_directories(own / "out");
  CHECK(why_not_in_place(out) == "something else has taken its place meanwhile");
  fs::remove(own / "out");
  fs::create_directory_symlink(temp.path() / "moved" / "out", own / "out");  // it leads to the very folder
  CHECK(why_not_in_place(out) == "something else has taken its place meanwhile");
}

TEST_CASE("a folder is one command's alone, for as long as that has it") {
  const TempFolder temp;
  {
    const OutFolder out = prepare_out_folder(temp.path(), never_asked);
    CHECK(refusal(temp.path()) == "out-in-use");
    CHECK(refusal(temp.path() / "within") == "");
  }
  CHECK(refusal(temp.path()) == "");
}

// Else a plan's or a period's, which may be written over, would stand before the run's.
TEST_CASE("results that were moved within still tell that a ledger is another, or knows less") {
  ResultCase result;
  result.write();
  const auto ended = [](const FolderClaim&) { return FolderOwner::kEnded; };
  prepare_out_folder(result.out, ended);
  result.summary.run.clear();
  result.summary.state = SummaryState::kDryRun;
  result.write();
  const auto judged = [](FolderOwner owner) {
    return [owner](const FolderClaim& claim) { return claim.run.empty() ? FolderOwner::kOurs : owner; };
  };
  CHECK(refusal(result.out, judged(FolderOwner::kUnknownRun)) == "out-unknown-run");
  CHECK(refusal(result.out, judged(FolderOwner::kKnownLess)) == "ledger-older");
  CHECK_THROWS_AS(require_not_older(result.out, judged(FolderOwner::kKnownLess)), UsageError);
  for (const FolderOwner owner : {FolderOwner::kOtherRun, FolderOwner::kEnded, FolderOwner::kOurs}) {
    CHECK(refusal(result.out, judged(owner)) == "");
    CHECK_NOTHROW(require_not_older(result.out, judged(owner)));
  }
}

namespace {

// A folder for results, and others beside it.
struct BesideCase {
  ResultCase result;
  fs::path parent = result.temp.path() / "parent";
  fs::path out = parent / "out";
  BesideCase() { result.write(); }

  fs::path put(const fs::path& name) const {
    fs::create_directories(parent / name);
    fs::copy_file(result.out / "summary.json", parent / name / "summary.json");
    return parent / name;
  }
  // Empty, or why it is refused.
  std::string refusal_where(FolderOwner owner) const {
    try {
      require_not_older(out, [owner](const FolderClaim&) { return owner; });
      return "";
    } catch (const UsageError& error) {
      return error.name() + ": " + error.what() + "\n" + error.remedy();
    }
  }
};

}  // namespace

TEST_CASE("results beside the folder, and those kept within them, tell that a ledger knows less") {
  const BesideCase beside;
  CHECK(beside.refusal_where(FolderOwner::kKnownLess) == "");
  for (const char* name : {"usage-2026-11-1", "usage-2026-12/usage-2026-12-1"}) {
    const fs::path folder = beside.put(name);
    const std::string refusal = beside.refusal_where(FolderOwner::kKnownLess);
    CHECK(refusal.starts_with("ledger-older: the result folder " + folder.string() + " holds results of run "));
    CHECK(refusal.find("the reconciliation.csv of ALL its runs") != std::string::npos);
    CHECK(refusal.find("--from " + (folder / "reconciliation.csv").string() + " ...;") != std::string::npos);
    for (const FolderOwner owner :
         {FolderOwner::kOurs, FolderOwner::kEnded, FolderOwner::kOtherRun, FolderOwner::kUnknownRun})
      CHECK(beside.refusal_where(owner) == "");
    fs::remove_all(folder);
  }
  CHECK_FALSE(fs::exists(beside.out));
}

TEST_CASE("beside the folder, a link, a pipe, what cannot be read and what has no name of ours is nobody's business") {
  const BesideCase beside;
  fs::create_directory_symlink(beside.put("real"), beside.parent / "usage-link");
  REQUIRE(::mkfifo((beside.parent / "usage-pipe").c_str(), 0600) == 0);
  fs::create_directories(beside.parent / "usage-1");
  REQUIRE(::mkfifo((beside.parent / "usage-1" / "summary.json").c_str(), 0600) == 0);
  fs::create_directories(beside.parent / "usage-2");
  fs::create_symlink(beside.parent / "real" / "summary.json", beside.parent / "usage-2" / "summary.json");
  fs::create_directories(beside.parent / "usage-3");
  write_text(beside.parent / "usage-3" / "summary.json", "{\"program\": \"another\"}");
  CHECK(beside.refusal_where(FolderOwner::kKnownLess) == "");
}

TEST_CASE("of a folder with strangers' files, no more entries are looked at than may be") {
  const TempFolder temp;
  for (const char* name : {"usage-1", "usage-2", "usage-3", "usage-4", "usage-5"})
    fs::create_directory(temp.path() / name);
  std::size_t left = 3;
  CHECK(result_folders_in(temp.path(), left).size() == 3);
  CHECK(left == 0);
  CHECK(result_folders_in(temp.path(), left).empty());
  left = 9;
  CHECK(result_folders_in(temp.path(), left).size() == 5);
  CHECK(left == 4);
  CHECK(result_folders_in(temp.path() / "missing", left).empty());
}

TEST_CASE("a name that a summary gives leads to no other folder") {
  ResultCase result;
  result.summary.run = "../elsewhere";
  result.write();
  CHECK(refusal(result.out, [](const FolderClaim&) { return FolderOwner::kEnded; }) == "out-other-run");
  CHECK_FALSE(fs::exists(result.out.parent_path() / "elsewhere"));
}

TEST_CASE("results of another run, and of a run that the ledger lacks, are not written over") {
  ResultCase result;
  result.write();
  const std::string before = result.text("summary.json");
  CHECK(refusal(result.out, [](const FolderClaim&) { return FolderOwner::kOtherRun; }) == "out-other-run");
  CHECK(refusal(result.out, [](const FolderClaim&) { return FolderOwner::kUnknownRun; }) == "out-unknown-run");
  CHECK(refusal(result.out, [](const FolderClaim&) { return FolderOwner::kKnownLess; }) == "ledger-older");
  CHECK(result.text("summary.json") == before);
}

TEST_CASE("the results of a rehearsal without a ledger claim nothing") {
  ResultCase result;
  result.summary.ledger = {};
  result.summary.run.clear();
  result.write();
  CHECK(refusal(result.out) == "");
}

TEST_CASE("values that hold lines like ours cannot pose as a claim") {
  ResultCase result;
  result.summary.stop_reason = "x\",\n  \"run\": \"forged\",\n  \"ledger\": \"forged\",\n";
  result.summary.files.resize(1);
  result.summary.files[0].name = "\n  \"run\": \"forged\",\n";
  result.write();
  CHECK(read_claim(result.text("summary.json")) == claim_of_result());
}

TEST_CASE("only members at the top level are a claim") {
  const std::string text =
      "{\n  \"program\": \"usage-uploader\",\n  \"later\": {\n    \"ledger\": \"nested\",\n    \"run\": \"nested\"\n  "
      "},\n"
      "  \"ledger\": \"ab12\",\n  \"ledger_run_count\": 7,\n  \"run\": \"2026-11-1\"\n}\n";
  CHECK(read_claim(text) == FolderClaim{"ab12", 7, "2026-11-1"});
}

TEST_CASE("a summary.json that is not ours, cut, or no file at all, is never written over") {
  ResultCase result;
  result.write();
  const std::string whole = result.text("summary.json");
  const TempFolder temp;
  const fs::path path = temp.path() / "summary.json";
  for (const std::string& text : {std::string(), std::string("{}"), whole.substr(0, whole.find("\"run\"") + 8),
                                  std::string("{\"run\": \"2026-10-3\"}")}) {
    write_text(path, text);
    CHECK(refusal(temp.path()) == "out-foreign-summary");
    CHECK(read_file(path, 1 << 20) == text);
  }
  fs::remove(path);
  fs::create_symlink(result.out / "summary.json", path);
  CHECK(refusal(temp.path()) == "out-foreign-summary");
}

TEST_CASE("a correction that was changed since it was written is set aside, and one that was not is not") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1"), sent_row(2, RowStatus::kUnknown, "2")};
  result.write();
  const std::string failed = result.text("failed.csv");
  using Kept = std::vector<std::pair<std::string, std::string>>;
  CHECK(keep_changed_files(result.out).empty());
  CHECK(result.text("failed.csv") == failed);

  // A copy that kept its time, as by cp -p, or a file server's clock.
  const auto earlier = fs::last_write_time(result.out / "summary.json") - std::chrono::hours(1);
  for (const std::string number : {"1", "2"}) {
    write_text(result.out / "failed.csv", "corrected " + number);
    fs::last_write_time(result.out / "failed.csv", earlier);
    CHECK(keep_changed_files(result.out) == Kept{{"failed.csv", "failed.kept-" + number + ".csv"}});
    CHECK_FALSE(fs::exists(result.out / "failed.csv"));
  }
  CHECK(result.text("failed.kept-1.csv") == "corrected 1");
  CHECK(result.text("failed.kept-2.csv") == "corrected 2");

  const std::string unknown = result.text("unknown.csv");
  fs::last_write_time(result.out / "unknown.csv", earlier + std::chrono::hours(2));
  CHECK(keep_changed_files(result.out).empty());  // looked at, and saved as it was
  write_text(result.out / "unknown.csv", unknown + " ");
  CHECK(keep_changed_files(result.out) == Kept{{"unknown.csv", "unknown.kept-1.csv"}});
}

TEST_CASE("a claim on the folder keeps the digests of what lies there") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1")};
  result.write();
  RunSummary claim = result.summary;
  claim.failed_digest = claim.unknown_digest = "";
  claim_folder(claim, result.folder());
  CHECK(keep_changed_files(result.out).empty());
  write_text(result.out / "failed.csv", "corrected");
  CHECK(keep_changed_files(result.out).size() == 1);
}

TEST_CASE("a correction without a summary beside it is set aside, a link in its place is not") {
  const TempFolder temp;
  CHECK(keep_changed_files(temp.path()).empty());
  write_text(temp.path() / "failed.csv", "somebody's");
  fs::create_symlink("failed.csv", temp.path() / "unknown.csv");
  CHECK(keep_changed_files(temp.path()).size() == 1);
  CHECK(read_file(temp.path() / "failed.kept-1.csv", 100) == "somebody's");
  CHECK(fs::is_symlink(temp.path() / "unknown.csv"));
}
