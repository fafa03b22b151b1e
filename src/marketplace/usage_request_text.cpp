#include <stdexcept>

#include "usage/base/json_writer.h"
#include "usage/base/sid.h"
#include "usage/marketplace/usage_api.h"

namespace usage {

std::string usage_url(std::string_view base_url, std::string_view installation_sid) {
  // Anything else could lead to another path of the endpoint.
  if (!is_installation_sid(installation_sid)) throw std::invalid_argument("usage_url needs an installation SID");
  return std::string(base_url).append("/v1/InstalledAddOns/").append(installation_sid).append("/Usage");
}

std::string usage_body(std::span<const BillableItem> items) {
  JsonWriter json;
  json.begin_object().key("billable_items").begin_array();
  for (const BillableItem& item : items) {
    json.begin_object().key("sid").value(item.billing_sid).key("quantity").number(item.quantity).end_object();
  }
  json.end_array().end_object();
  return json.text();
}

}  // namespace usage
