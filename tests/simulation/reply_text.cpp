#include "simulation/reply_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace usage::test {
namespace {

constexpr Int128 kUnit = 1'000'000'000'000'000;
constexpr Int128 kCent = kUnit / 100;

struct Line {
  std::string sid;
  std::string quantity;
  std::string submitted;
};

std::vector<Line> lines_of(const std::vector<Item>& items, const std::vector<bool>& submitted) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < items.size(); ++i)
    lines.push_back({items[i].billing_sid, items[i].quantity, submitted[i] ? "true" : "false"});
  return lines;
}

std::string body_of(const std::vector<Line>& lines, const std::string& total) {
  std::string body = R"({"billable_items":[)";
  for (const Line& line : lines) {
    if (body.back() != '[') body += ',';
    body += R"({"sid":")" + line.sid + R"(","quantity":)" + line.quantity + R"(,"submitted":)" + line.submitted + "}";
  }
  return body + "]" + total + "}";
}

Int128 exact_total(const std::vector<Item>& items, const std::vector<bool>& submitted) {
  Int128 sum = 0;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (submitted[i]) sum += items[i].units;
  return sum;
}

std::string member(const std::string& number) {
  return R"(,"total_submitted":)" + number;
}

// As a server adds that knows only doubles.
std::string double_total(const std::vector<Item>& items, const std::vector<bool>& submitted) {
  double sum = 0;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (submitted[i]) sum += std::stod(items[i].quantity);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.17g", sum);
  return text.data();
}

std::string good_total(Dice& dice, const std::vector<Item>& items, const std::vector<bool>& submitted) {
  switch (dice.below(4)) {
    case 0:
      return member(shortest_text(exact_total(items, submitted)));
    case 1:
      return member(double_total(items, submitted));
    case 2:
      return member("null");
    default:
      return "";
  }
}

// The same number in another dress.
std::string reformatted(Dice& dice, const Item& item) {
  switch (dice.below(4)) {
    case 0:
      return decimal_text(item.units, 15);
    case 1:
      return shortest_text(item.units);
    case 2:
      return shortest_text(item.units) + "E0";
    default:
      return decimal_text(item.units, 15) + "e+0";
  }
}

Int128 rounded(Int128 units) {
  return (units + kCent / 2) / kCent * kCent;
}

// Where the flags differ, a rounded quantity that is another item's exact one may be read as that item's.
bool is_rounding_plain(const std::vector<Item>& items, const std::vector<bool>& submitted) {
  if (std::count(submitted.begin(), submitted.end(), submitted.front()) == std::ssize(submitted)) return true;
  for (const Item& one : items)
    for (const Item& other : items)
      if (rounded(one.units) != one.units && rounded(one.units) == other.units) return false;
  return true;
}

ReplyText rounded_reply(Dice& dice, const std::vector<Item>& items, const std::vector<bool>& submitted) {
  std::vector<Line> lines = lines_of(items, submitted);
  for (std::size_t i = 0; i < items.size(); ++i) lines[i].quantity = decimal_text(rounded(items[i].units), 2);
  return {"rounded", body_of(lines, good_total(dice, items, submitted)), is_rounding_plain(items, submitted)};
}

std::string cut(Dice& dice, const std::string& whole) {
  return whole.substr(0, dice.below(whole.size()));
}

}  // namespace

ReplyText whole_reply(Dice& dice, const std::vector<Item>& items, const std::vector<bool>& submitted) {
  std::vector<Line> lines = lines_of(items, submitted);
  const std::string total = good_total(dice, items, submitted);
  switch (dice.below(8)) {
    case 0: {
      dice.shuffle(lines);
      return {"shuffled", body_of(lines, total)};
    }
    case 1: {
      for (std::size_t i = 0; i < items.size(); ++i) lines[i].quantity = reformatted(dice, items[i]);
      return {"reformatted", body_of(lines, total)};
    }
    case 2:
      return rounded_reply(dice, items, submitted);
    case 3: {
      for (Line& line : lines) line.submitted += R"(,"note":{"submitted":"no","sid":[1,null]})";
      return {"with more members", body_of(lines, total + R"(,"meta":[{"quantity":1}])")};
    }
    case 4: {
      for (Line& line : lines) line.sid = "BI" + lowered(line.sid.substr(2));
      return {"in small letters", body_of(lines, total)};
    }
    default:
      return {"plain", body_of(lines, total)};
  }
}

ReplyText bad_reply(Dice& dice, const std::vector<Item>& items, const std::vector<bool>& submitted) {
  std::vector<Line> lines = lines_of(items, submitted);
  const std::string total = good_total(dice, items, submitted);
  const std::size_t one = dice.below(lines.size());
  const auto with = [&](const char* name) { return ReplyText{name, body_of(lines, total)}; };
  switch (dice.below(15)) {
    case 0:
      return {"cut", cut(dice, body_of(lines, total))};
    case 1:
      return {"empty", ""};
    case 2:
      return {"not JSON", dice.one_of<std::string>({"<html>Accepted</html>", "OK", "\xFF\xFE{", "{]", "nul"})};
    case 3:
      return {"of another form", dice.one_of<std::string>({"[]", "{}", "202", R"({"billable_items":null})",
                                                           R"({"billable_items":{}})", R"({"items":[]})"})};
    case 4:
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(one));
      return with("an item less");
    case 5:
      lines.push_back(lines[one]);
      return with("an item more");
    case 6:
      lines[one].sid.back() = lines[one].sid.back() == '0' ? '1' : '0';
      return with("another sid");
    case 7:
      lines[one].quantity = shortest_text(items[one].units + 3 * kCent);
      return with("another quantity");
    case 8:
      lines[one].submitted = dice.one_of<std::string>({"null", "1", R"("true")", "[]", R"("false")"});
      return with("no boolean");
    case 9:
      lines[one].quantity = '"' + lines[one].quantity + '"';
      return with("a quantity in quotes");
    case 10:
      lines[one].submitted += R"(,"submitted":)" + dice.one_of<std::string>({"true", "false"});
      return with("two answers");
    case 11: {
      const Int128 sum = exact_total(items, submitted);
      return {"a wrong total", body_of(lines, member(shortest_text(sum + sum / 1'000'000 + kUnit)))};
    }
    case 12:
      return {"a total of another type", body_of(lines, member(dice.one_of<std::string>({R"("1")", "true", "{}"})))};
    case 13:
      return {"something behind it",
              body_of(lines, total) + dice.one_of<std::string>({"}", "{}", "x", "\n{\"billable_items\":[]}"})};
    default:
      lines[one].quantity = dice.one_of<std::string>({"-1", "1e99999", "1e400", "00.5", "NaN"});
      return with("an absurd quantity");
  }
}

}  // namespace usage::test
