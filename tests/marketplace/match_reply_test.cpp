#include "usage/marketplace/match_reply.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <numeric>
#include <random>

#include "support/seed.h"

using namespace usage;

namespace {

const std::string kA = "BIaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const std::string kB = "BIbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

BillableItem item(std::string sid, std::string_view quantity) {
  return {std::move(sid), std::get<Quantity>(Quantity::parse(quantity))};
}

UsageReply reply_of(std::vector<ReplyItem> items, std::string total = "") {
  return {std::move(items), std::move(total)};
}

// The flags as text ("TF"), with a '~' before where the endpoint rounded; "no" where the reply does not fit.
std::string match(const std::vector<BillableItem>& items, const UsageReply& reply) {
  const auto result = match_reply(items, reply);
  const auto* matched = std::get_if<MatchedReply>(&result);
  if (matched == nullptr) return "no";
  std::string text = matched->warnings.empty() ? "" : "~";
  for (const bool submitted : matched->submitted) text += submitted ? 'T' : 'F';
  return text;
}

std::string problem(const std::vector<BillableItem>& items, const UsageReply& reply) {
  const auto result = match_reply(items, reply);
  const auto* text = std::get_if<std::string>(&result);
  return text == nullptr ? "none" : *text;
}

}  // namespace

TEST_CASE("the published example: one SID twice, one submitted, one not") {
  const std::vector items = {item(kA, "12.355"), item(kA, "44.02")};
  CHECK(match(items, reply_of({{kA, "12.355", false}, {kA, "44.02", true}}, "44.02")) == "FT");
  CHECK(match(items, reply_of({{kA, "44.02", true}, {kA, "12.355", false}}, "44.02")) == "FT");
}

TEST_CASE("quantities match in every form in which a server may write them") {
  const std::vector items = {item(kA, "12.50"), item(kB, "1000")};
  for (const std::string form : {"12.5", "12.500", "1.25E1", "125e-1", "0.125e+2"}) {
    CHECK(match(items, reply_of({{kA, form, true}, {kB, "1e3", false}})) == "TF");
  }
}

TEST_CASE("hex digits of a SID match in any letter case") {
  std::string upper = "BI" + std::string(32, 'A');
  CHECK(match({item(kA, "1"), item(kB, "2")}, reply_of({{kB, "2", false}, {upper, "1", true}})) == "TF");
  CHECK(match({item("abc", "1")}, reply_of({{"ABC", "1", true}})) == "no");
}

TEST_CASE("another order is matched by SID and quantity") {
  const std::vector items = {item(kA, "1"), item(kB, "1"), item(kA, "2"), item(kB, "2")};
  CHECK(match(items, reply_of({{kB, "2", false}, {kA, "2", true}, {kB, "1.0", false}, {kA, "1", true}})) == "TFTF");
}

TEST_CASE("equal pairs are interchangeable and take their flags in order") {
  const std::vector items = {item(kA, "3"), item(kB, "9"), item(kA, "3.0"), item(kA, "3")};
  CHECK(match(items, reply_of({{kA, "3", true}, {kA, "3", false}, {kA, "3", true}, {kB, "9", false}})) == "TFFT");
}

TEST_CASE("an item missing, extra, or another is no match, and the text says which") {
  const std::vector items = {item(kA, "1"), item(kB, "2")};
  CHECK(problem(items, reply_of({{kA, "1", true}})) == "the reply names 1 item, the request has 2");
  CHECK(problem(items, reply_of({{kA, "1", true}, {kB, "2", true}, {kB, "2", true}})) ==
        "the reply names 3 items, the request has 2");
  CHECK(problem(items, reply_of({{kA, "1", true}, {kB, "2.01", true}})) ==
        "item 2 of the reply is " + kB + " with 2.01, ours is " + kB + " with 2");
  CHECK(problem(items, reply_of({{kA, "1", true}, {kA, "2", true}})) ==
        "item 2 of the reply is " + kA + " with 2, ours is " + kB + " with 2");
  CHECK(problem(items, reply_of({{kA, "1e999", true}, {kB, "2", true}})) ==
        "the reply has " + kA + " with 1e999, which the request does not have");
  CHECK(match(items, reply_of({{kA, "-1", true}, {kB, "2", true}})) == "no");
  CHECK(match(items, reply_of({{kA, "1", true}, {kA, "1", true}})) == "no");
}

TEST_CASE("within half a cent at the same place is ours, with a warning that shows it") {
  const auto rounded = [](std::string_view ours, const std::string& theirs) {
    return match({item(kA, ours), item(kB, "7")}, reply_of({{kA, theirs, true}, {kB, "7", false}}));
  };
  CHECK(rounded("12.5", "12.500000001") == "~TF");
  CHECK(rounded("12.355", "12.36") == "~TF");
  CHECK(rounded("12.355", "12.35") == "~TF");
  CHECK(rounded("12.345", "12.35") == "~TF");
  CHECK(rounded("12.3449999", "12.35") == "no");
  CHECK(rounded("12.345", "12.350000000000000000001") == "no");
  CHECK(rounded("0.001", "0") == "~TF");
  CHECK(rounded("0.001", "-0.004") == "~TF");
  CHECK(rounded("0.001", "-0.0040001") == "no");
  const auto result = match_reply(std::vector{item(kB, "7"), item(kA, "12.355"), item(kA, "12.344")},
                                  reply_of({{kB, "7", true}, {kA, "12.36", true}, {kA, "12.34", true}}));
  const auto warnings = std::get<MatchedReply>(result).warnings;
  CHECK(warnings ==
        std::vector<Warning>{{"endpoint-rounded", "the endpoint rounds quantities, first 12.355 to 12.36"}});
}

TEST_CASE("a rest too small for any amount of ours is a rounding too, and does not help at another place") {
  const std::vector items = {item(kA, "5"), item(kB, "7")};
  CHECK(match(items, reply_of({{kA, "5.0000000000000000000001", true}, {kB, "7", false}})) == "~TF");
  CHECK(match(items, reply_of({{kB, "7", false}, {kA, "5.0000000000000000000001", true}})) == "no");
}

TEST_CASE("a rounded quantity matches under a SID in capitals") {
  const std::string upper = "BI" + std::string(32, 'A');
  CHECK(match({item(kA, "12.355")}, reply_of({{upper, "12.36", true}})) == "~T");
}

TEST_CASE("rounding does not help at another place") {
  CHECK(match({item(kA, "12.355"), item(kB, "7")}, reply_of({{kB, "7", true}, {kA, "12.36", false}})) == "no");
}

TEST_CASE("an exact other order goes before rounding at the same place") {
  const std::vector items = {item(kA, "12.351"), item(kA, "12.354")};
  CHECK(match(items, reply_of({{kA, "12.354", true}, {kA, "12.351", false}})) == "FT");
}

TEST_CASE("two items within half a cent are not mixed up where the reply both rounds and changes the order") {
  const std::vector items = {item(kA, "12.351"), item(kA, "12.354"), item(kB, "7.123")};
  CHECK(match(items, reply_of({{kA, "12.354", true}, {kA, "12.351", false}, {kB, "7.12", true}})) == "no");
  CHECK(match(items, reply_of({{kA, "12.351", true}, {kA, "12.354", false}, {kB, "7.12", true}})) == "~TFT");
  // Where all have one flag there is nothing to mix up.
  CHECK(match(items, reply_of({{kA, "12.354", true}, {kA, "12.351", true}, {kB, "7.12", true}})) == "~TTT");
}

TEST_CASE("items that round to one value keep their places") {
  const std::vector items = {item(kA, "12.351"), item(kA, "12.354"), item(kA, "12.35")};
  CHECK(match(items, reply_of({{kA, "12.35", true}, {kA, "12.35", false}, {kA, "12.35", false}}, "12.35")) == "~TFF");
}

TEST_CASE("total_submitted is the sum of what was submitted, within half a cent an item and 1e-9 of it") {
  const std::vector items = {item(kA, "10.10"), item(kB, "20.20"), item(kB, "70")};
  const auto with_total = [&](const std::string& total) {
    return match(items, reply_of({{kA, "10.1", true}, {kB, "20.2", true}, {kB, "70", false}}, total));
  };
  // 2 * 0.005 + 30.3e-9
  for (const std::string total : {"", "30.3", "30.299999999999997", "3.03E1", "30.31", "30.29", "30.3100000303"}) {
    CHECK(with_total(total) == "TTF");
  }
  for (const std::string total : {"30.3100000304", "30.2899999696", "100.3", "0", "-30.3", "1e99", "1e999"}) {
    CHECK(with_total(total) == "no");
  }
  CHECK(problem(items, reply_of({{kA, "10.1", true}, {kB, "20.2", true}, {kB, "70", false}}, "100.30")) ==
        "the reply's total_submitted is 100.30, its submitted items sum to 30.30");
}

TEST_CASE("where nothing was submitted the total is 0") {
  const std::vector items = {item(kA, "10.10")};
  CHECK(match(items, reply_of({{kA, "10.1", false}}, "0.00")) == "F");
  CHECK(match(items, reply_of({{kA, "10.1", false}}, "-0")) == "F");
  CHECK(match(items, reply_of({{kA, "10.1", false}}, "0.001")) == "no");
  CHECK(match(items, reply_of({{kA, "10.1", false}}, "10.1")) == "no");
}

TEST_CASE("the largest quantities do not overflow") {
  const std::vector items(1000, item(kA, "999999999999999"));
  const std::vector<ReplyItem> theirs(1000, ReplyItem{kA, "999999999999999", true});
  CHECK(match(items, reply_of(theirs, "999999999999999000")) == std::string(1000, 'T'));
  CHECK(match(items, reply_of(theirs, "9999999999999999999999")) == "no");
  CHECK(match(items, reply_of(theirs, "-9999999999999999999999")) == "no");
}

namespace {

// A server of the tests: knows which of our items each of its own is, and writes numbers as it likes.
struct Server {
  std::mt19937_64& random;
  std::size_t any(std::size_t count) { return static_cast<std::size_t>(random()) % count; }

  std::string reformatted(const BillableItem& ours) {
    std::string text = ours.quantity.text();
    if (text.find('.') == std::string::npos) text += ".0";
    text += std::string(any(4), '0');
    return any(2) == 0 ? text + "e0" : text;
  }
  static std::string rounded_to_cents(const BillableItem& ours) {
    char text[64];
    std::snprintf(text, sizeof text, "%.2f", std::stod(ours.quantity.text()));
    return text;
  }
  static std::string as_double(const BillableItem& ours) {
    char text[64];
    std::snprintf(text, sizeof text, "%.17g", std::stod(ours.quantity.text()));
    return text;
  }
};

std::vector<BillableItem> close_items(Server& server) {
  std::vector<BillableItem> items;
  for (std::size_t count = server.any(8) + 1; count > 0; --count) {
    char quantity[64];
    std::snprintf(quantity, sizeof quantity, "12.3%zu%s", server.any(3), server.any(2) == 0 ? "" : "4");
    items.push_back(item(server.any(2) == 0 ? kA : kB, quantity));
  }
  return items;
}

using Counts = std::map<std::pair<std::string, std::string>, int>;

}  // namespace

TEST_CASE("a server that changes the order and the form is always understood, equal pairs by count") {
  std::mt19937_64 random(test::test_seed("match_reply"));
  Server server{random};
  for (int round = 0; round < 10'000; ++round) {
    CAPTURE(round);
    const auto items = close_items(server);
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    UsageReply reply;
    Counts submitted_there;
    Amount sum;
    for (const std::size_t index : order) {
      const bool submitted = server.any(2) == 0;
      reply.items.push_back({items[index].billing_sid, server.reformatted(items[index]), submitted});
      if (!submitted) continue;
      ++submitted_there[{items[index].billing_sid, items[index].quantity.text()}];
      sum += items[index].quantity;
    }
    reply.total_submitted = sum.text();
    const auto result = match_reply(items, reply);
    REQUIRE(std::holds_alternative<MatchedReply>(result));
    const auto& matched = std::get<MatchedReply>(result);
    CHECK(matched.warnings.empty());
    Counts submitted_here;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (matched.submitted[i]) ++submitted_here[{items[i].billing_sid, items[i].quantity.text()}];
    }
    CHECK(submitted_here == submitted_there);
  }
}

TEST_CASE("a server that keeps the order but rounds, or goes through doubles, is always understood item by item") {
  std::mt19937_64 random(test::test_seed("match_reply"));
  Server server{random};
  for (int round = 0; round < 10'000; ++round) {
    CAPTURE(round);
    const auto items = close_items(server);
    UsageReply reply;
    std::vector<bool> submitted;
    double sum = 0;  // the server's mistake, not ours
    const bool rounds = server.any(2) == 0;
    for (const BillableItem& ours : items) {
      submitted.push_back(server.any(2) == 0);
      reply.items.push_back(
          {ours.billing_sid, rounds ? Server::rounded_to_cents(ours) : Server::as_double(ours), submitted.back()});
      if (submitted.back()) sum += std::stod(reply.items.back().quantity);
    }
    char total[64];
    std::snprintf(total, sizeof total, "%.17g", sum);
    reply.total_submitted = total;
    const auto result = match_reply(items, reply);
    REQUIRE(std::holds_alternative<MatchedReply>(result));
    CHECK(std::get<MatchedReply>(result).submitted == submitted);
  }
}

TEST_CASE("a server that drops, doubles or changes an item is never understood") {
  std::mt19937_64 random(test::test_seed("match_reply"));
  Server server{random};
  for (int round = 0; round < 10'000; ++round) {
    CAPTURE(round);
    const auto items = close_items(server);
    UsageReply reply;
    for (const BillableItem& ours : items) {
      reply.items.push_back({ours.billing_sid, server.reformatted(ours), server.any(2) == 0});
    }
    const std::size_t at = server.any(items.size());
    switch (server.any(4)) {
      case 0:
        reply.items.erase(reply.items.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 1:
        reply.items.push_back(reply.items[at]);
        break;
      case 2:
        reply.items[at].sid = "BIc";
        break;
      default:
        reply.items[at].quantity = "13.37";
        break;
    }
    CHECK(std::holds_alternative<std::string>(match_reply(items, reply)));
  }
}
