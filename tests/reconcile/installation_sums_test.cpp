#include "../../src/reconcile/installation_sums.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <system_error>

#include "support/seed.h"
#include "support/temp_folder.h"

namespace {

using usage::Amount;
using usage::InstallationRanking;
using usage::InstallationSums;
using usage::LargeInstallation;
using usage::RowStatus;
using usage::test::TempFolder;
using Rankings = std::map<std::string, InstallationRanking>;

Amount amount(std::string_view text) {
  return std::get<Amount>(Amount::parse(text));
}

std::string sid(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return "XE" + std::string(32 - digits.size(), 'a') + digits;
}

// The same by what the standard library has, without any bound.
class PlainSums {
 public:
  void add(const std::string& installation, const std::string& currency, RowStatus status, const Amount& more) {
    LargeInstallation& sum = sums_[currency][usage::sid_key(installation)];
    if (sum.rows == 0) sum.sid = installation;
    ++sum.rows;
    sum.amount += more;
    if (std::ranges::find(sum.statuses, status) == sum.statuses.end()) sum.statuses.push_back(status);
    std::ranges::sort(sum.statuses);
  }
  Rankings ranking(std::size_t count) const {
    Rankings rankings;
    for (const auto& [currency, sums] : sums_) {
      InstallationRanking& ranking = rankings[currency];
      ranking.installations = sums.size();
      for (const auto& [key, sum] : sums) ranking.largest.push_back(sum);
      std::ranges::stable_sort(ranking.largest, std::ranges::greater(), &LargeInstallation::amount);
      ranking.largest.resize(std::min(count, ranking.largest.size()));
    }
    return rankings;
  }

 private:
  std::map<std::string, std::map<std::string, LargeInstallation>> sums_;
};

void check_equal(const Rankings& found, const Rankings& wanted) {
  REQUIRE(found.size() == wanted.size());
  for (const auto& entry : wanted) {
    const std::string& currency = entry.first;
    const auto& ranking = entry.second;
    CAPTURE(currency);
    REQUIRE(found.contains(currency));
    CHECK(found.at(currency).installations == ranking.installations);
    const auto& largest = found.at(currency).largest;
    REQUIRE(largest.size() == ranking.largest.size());
    for (std::size_t i = 0; i < largest.size(); ++i) {
      CAPTURE(i);
      CHECK(largest[i].sid == ranking.largest[i].sid);
      CHECK(largest[i].rows == ranking.largest[i].rows);
      CHECK(largest[i].amount == ranking.largest[i].amount);
      CHECK(largest[i].statuses == ranking.largest[i].statuses);
    }
  }
}

}  // namespace

TEST_CASE("sums that were put away count as those in memory do, whatever comes in whatever order") {
  std::mt19937_64 random(usage::test::test_seed("installation sums"));
  for (const std::size_t kept : {1U, 2U, 7U, 100U, 5000U}) {
    CAPTURE(kept);
    const TempFolder folder;
    InstallationSums sums(folder.path(), kept);
    PlainSums plain;
    for (int i = 0; i < 4000; ++i) {
      std::string installation = sid(random() % 300);
      if (random() % 3 == 0) std::ranges::replace(installation, 'a', 'A');
      const std::string currency = random() % 4 == 0 ? "EUR" : "USD";
      const auto status = static_cast<RowStatus>(random() % usage::kRowStatusNames.size());
      const Amount more = amount(std::to_string(random() % 5) + ".25");
      sums.add(installation, currency, status, more);
      plain.add(installation, currency, status, more);
    }
    check_equal(sums.ranking(10), plain.ranking(10));
    check_equal(sums.ranking(1000), plain.ranking(1000));
    CHECK(std::filesystem::is_empty(folder.path()));
  }
}

TEST_CASE("a list that was put away is longer than what is read of it at once") {
  const TempFolder folder;
  InstallationSums sums(folder.path(), 2500);
  PlainSums plain;
  for (std::uint64_t i = 0; i < 6000; ++i) {
    const Amount more = amount(std::to_string(i * 7919 % 6007 + 1));
    sums.add(sid(i * 31 % 6007), "", RowStatus::kSubmitted, more);
    plain.add(sid(i * 31 % 6007), "", RowStatus::kSubmitted, more);
  }
  check_equal(sums.ranking(6000), plain.ranking(6000));
}

TEST_CASE("what is no installation SID is not counted, and of nothing there is no ranking") {
  const TempFolder folder;
  InstallationSums sums(folder.path());
  CHECK(sums.ranking(10).empty());
  sums.add("XE12", "USD", RowStatus::kFailed, amount("1"));
  CHECK(sums.ranking(10).empty());
}

TEST_CASE("where the temporary file cannot be written, it says so") {
  const TempFolder folder;
  InstallationSums absent(folder.path() / "absent", 1);
  absent.add(sid(1), "", RowStatus::kSubmitted, amount("1"));
  CHECK_THROWS_AS(absent.add(sid(2), "", RowStatus::kSubmitted, amount("1")), std::system_error);
}
