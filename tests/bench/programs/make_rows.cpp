// Writes FOLDER/rows.csv: as many rows for each installation, shuffled, always the same for the same arguments.
// `varied`: billing SIDs and amounts by chance. `same`: each installation has the same items, so that one fixed reply
// answers every request; then FOLDER/posts.txt has the requests (a line each: SID, blank, body) and FOLDER/reply.json
// that reply.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t kSeed = 20261031;
constexpr std::size_t kBufferBytes = 1 << 20;

enum class Content : std::uint8_t { kVaried, kSame };

struct Order {
  std::uint32_t rows = 0;
  std::uint32_t installations = 0;
  int columns = 0;
  Content content = Content::kVaried;
  std::string folder;
};

class OutputFile {
 public:
  explicit OutputFile(const std::string& path) : file_(std::fopen(path.c_str(), "wb"), std::fclose) {
    if (!file_) throw std::runtime_error("cannot write " + path);
    text.reserve(2 * kBufferBytes);
  }
  void flush_beyond(std::size_t bytes) {
    if (text.size() <= bytes) return;
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() || std::fflush(file_.get()) != 0) {
      throw std::runtime_error("cannot write: is the disk full?");
    }
    text.clear();
  }

  std::string text;  // what is not yet written

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

void add_padded(std::string& text, std::uint64_t number, std::size_t width, int base = 10) {
  char digits[20];
  const char* end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
  const auto length = static_cast<std::size_t>(end - digits);
  if (length < width) text.append(width - length, '0');
  text.append(digits, length);
}

// Numbers far apart, so that SIDs look like SIDs; no two the same.
std::uint64_t spread(std::uint64_t number) {
  number ^= number >> 31;
  number *= 0x9E3779B97F4A7C15U;
  return number ^ number >> 29;
}

void add_sid(std::string& text, std::string_view prefix, std::uint64_t number) {
  text += prefix;
  add_padded(text, spread(number + 1), 16, 16);
  add_padded(text, spread(number + kSeed), 16, 16);
}

void add_amount(std::string& text, std::uint64_t thousandths) {
  add_padded(text, thousandths / 1000, 1);
  text += '.';
  add_padded(text, thousandths % 1000, 3);
}

std::uint64_t same_thousandths(std::uint32_t nth) {
  return 12'345 + 1000ULL * nth;
}

struct Row {
  std::uint32_t number = 0;
  std::uint32_t installation = 0;
  std::uint32_t nth = 0;  // of its installation, from 0
  std::uint64_t chance = 0;
};

void add_charge(std::string& text, const Order& order, const Row& row) {
  const bool same = order.content == Content::kSame;
  add_sid(text, "XE", row.installation);
  text += ',';
  add_sid(text, "BI", same ? row.nth : row.chance % 3);
  text += ',';
  if (order.columns == 10) text += row.chance % 16 == 0 ? "\"Usage, metered\"," : "Usage of October,";
  add_amount(text, same ? same_thousandths(row.nth) : 1 + row.chance % 99'999'999);
}

// About 172 bytes with 10 columns.
void add_row(std::string& text, const Order& order, const Row& row) {
  if (order.columns == 10) {
    text += "Customer ";
    add_padded(text, row.installation, 6);
    text += " Ltd,IN-";
    add_padded(text, row.number, 8);
    text += ",2026-10-31,";
  }
  add_charge(text, order, row);
  if (order.columns == 10) text += ",eu-west,billing@example.com,30 d";
  text += '\n';
}

std::vector<std::uint32_t> shuffled_installations(const Order& order, std::mt19937_64& random) {
  std::vector<std::uint32_t> installations(order.rows);
  for (std::uint32_t i = 0; i < order.rows; ++i) installations[i] = i % order.installations;
  for (std::uint32_t i = order.rows; i > 1; --i) std::swap(installations[i - 1], installations[random() % i]);
  return installations;
}

std::vector<std::uint32_t> write_rows(const Order& order) {
  std::mt19937_64 random(kSeed);
  auto installations = shuffled_installations(order, random);
  OutputFile file(order.folder + "/rows.csv");
  file.text = order.columns == 10 ? "Customer,InvoiceNo,InvoiceDate,InstalledAddOnSid,BillingSid,Description,Amount,"
                                    "Region,Contact,Terms\n"
                                  : "InstalledAddOnSid,BillingSid,Amount\n";
  std::vector<std::uint32_t> count(order.installations);
  for (std::uint32_t row = 0; row < order.rows; ++row) {
    const std::uint32_t installation = installations[row];
    add_row(file.text, order, {row, installation, count[installation]++, random()});
    file.flush_beyond(kBufferBytes);
  }
  file.flush_beyond(0);
  return installations;
}

// "billable_items":[...] of one request, or of the reply to it.
std::string items(std::uint32_t count, const char* after_quantity) {
  std::string text = "\"billable_items\":[";
  for (std::uint32_t i = 0; i < count; ++i) {
    text += i == 0 ? "{\"sid\":\"" : ",{\"sid\":\"";
    add_sid(text, "BI", i);
    text += "\",\"quantity\":";
    add_amount(text, same_thousandths(i));
    text.append(after_quantity).append("}");
  }
  return text + "]";
}

void write_posts(const Order& order, const std::vector<std::uint32_t>& installations) {
  const std::uint32_t items_each = order.rows / order.installations;
  const std::string body = "{" + items(items_each, "") + "}";
  OutputFile posts(order.folder + "/posts.txt");
  std::vector<bool> seen(order.installations);
  for (const std::uint32_t installation : installations) {  // in order of first appearance, as the uploader sends
    if (seen[installation]) continue;
    seen[installation] = true;
    add_sid(posts.text, "XE", installation);
    posts.text.append(" ").append(body).append("\n");
    posts.flush_beyond(kBufferBytes);
  }
  posts.flush_beyond(0);
  OutputFile reply(order.folder + "/reply.json");
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < items_each; ++i) sum += same_thousandths(i);
  reply.text = "{\"total_submitted\":";
  add_amount(reply.text, sum);
  reply.text += "," + items(items_each, ",\"submitted\":true") + "}";
  reply.flush_beyond(0);
}

Order read_arguments(int argc, char** argv) {
  if (argc != 6) throw std::runtime_error("usage: make_rows ROWS INSTALLATIONS 3|10 varied|same FOLDER");
  Order order;
  order.rows = static_cast<std::uint32_t>(std::stoul(argv[1]));
  order.installations = static_cast<std::uint32_t>(std::stoul(argv[2]));
  order.columns = std::stoi(argv[3]);
  order.content = std::string_view(argv[4]) == "same" ? Content::kSame : Content::kVaried;
  order.folder = argv[5];
  if (order.installations == 0 || order.rows % order.installations != 0) {
    throw std::runtime_error("each installation needs as many rows as any other");
  }
  return order;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Order order = read_arguments(argc, argv);
    const auto installations = write_rows(order);
    if (order.content == Content::kSame) write_posts(order, installations);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_rows: %s\n", error.what());
    return 1;
  }
}
