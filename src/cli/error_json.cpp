#include "error_json.h"

#include "usage/base/text.h"

namespace usage {

constexpr std::size_t kMaxMessage = 4000;

void write_error(JsonWriter& json, std::string_view name, std::string_view message, std::string_view remedy) {
  json.key("error").begin_object().key("name").value(name);
  json.key("message").value(clean_text(message, kMaxMessage));
  json.key("remedy").value(clean_text(remedy, kMaxMessage)).end_object();
}

}  // namespace usage
