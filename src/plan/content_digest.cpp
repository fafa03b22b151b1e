// The digest of what the files say, over fields of text each with its length before it: "34:XE...", "5:12.50".
#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/digest.h"
#include "usage/base/sid.h"
#include "usage/plan/plan.h"

namespace usage {
namespace {

void append_field(std::string& to, std::string_view text) {
  to.append(std::to_string(text.size())).append(1, ':').append(text);
}

// The fields of texts that repeat, made once.
class FieldTable {
 public:
  template <class Texts, class TextOf>
  FieldTable(const Texts& texts, const TextOf& text_of) {
    constexpr std::size_t kUsualSize = 37;  // of a SID's field
    begins_.reserve(texts.size() + 1);
    fields_.reserve(texts.size() * kUsualSize);
    for (const auto& text : texts) {
      begins_.push_back(fields_.size());
      append_field(fields_, text_of(text));
    }
    begins_.push_back(fields_.size());
  }
  std::string_view operator[](std::size_t i) const {
    return std::string_view(fields_).substr(begins_[i], begins_[i + 1] - begins_[i]);
  }
  void prefetch(std::size_t i) const { __builtin_prefetch(fields_.data() + begins_[i]); }

 private:
  std::string fields_;
  std::vector<std::size_t> begins_;
};

// SHA-256 over fields, many at a time.
class FieldDigest {
 public:
  void add(std::string_view text) {
    std::array<char, 24> size{};
    char* const end = std::to_chars(size.data(), size.data() + size.size(), text.size()).ptr;
    *end = ':';
    add_field({size.data(), static_cast<std::size_t>(end + 1 - size.data())});
    add_field(text);
  }
  // Small ones are copied here, which is much cheaper than to a string.
  void add_field(std::string_view field) {
    if (used_ + field.size() > part_.size()) digest_part();
    if (field.size() > part_.size()) return digest_.add(field);
    used_ += field.copy(part_.data() + used_, field.size());
  }
  std::string hex() {
    digest_part();
    return digest_.hex();
  }

 private:
  void digest_part() {
    digest_.add({part_.data(), used_});
    used_ = 0;
  }
  Sha256 digest_;
  std::array<char, 1 << 14> part_{};
  std::size_t used_ = 0;  // of the part
};

const std::string& itself(const std::string& text) {
  return text;
}

// The tables lie in no near cache: what is needed soon is asked for ahead.
void add_rows(const UsageInput& input, FieldDigest& digest) {
  constexpr std::size_t kAhead = 8;
  const FieldTable installations(input.installations, sid_key);
  const FieldTable billing_sids(input.billing_sids, sid_key);
  const FieldTable currencies(input.currencies, itself);
  QuantityText quantity;
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    const UsageRow& row = input.rows[i];
    const UsageRow& later = input.rows[std::min(i + kAhead, input.rows.size() - 1)];
    installations.prefetch(later.installation);
    if (later.reference != kNoText) __builtin_prefetch(&input.references[later.reference]);
    digest.add_field(installations[row.installation]);
    digest.add_field(billing_sids[row.billing_sid]);
    digest.add(row.quantity.as_amount(quantity));
    digest.add(row.reference == kNoText ? std::string_view() : input.references[row.reference]);
    digest.add_field(currencies[row.currency]);
  }
}

}  // namespace

std::string digest_of_content(const UsageInput& input) {
  FieldDigest digest;
  add_rows(input, digest);
  for (const std::string& usage_row : input.usage_rows) digest.add(usage_row);
  for (const InvalidRow& row : input.invalid) {
    digest.add("invalid");
    digest.add(std::to_string(row.place.line));
    digest.add(row.installation);
    digest.add(row.billing_sid);
    digest.add(row.quantity);
  }
  return digest.hex();
}

}  // namespace usage
