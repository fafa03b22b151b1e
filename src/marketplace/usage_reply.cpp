#include "json_events.h"
#include "usage/marketplace/usage_api.h"

namespace usage {
namespace {

constexpr std::size_t kObjectDepth = 2;  // reply / billable_items / item
constexpr std::size_t kMemberDepth = 3;

// The member must come once and have the type.
JsonListener::Complaint check(const JsonEvent& event, JsonType type, std::string_view type_name, bool& seen) {
  if (seen) return std::string(event.key).append(" stands twice");
  seen = true;
  if (event.type != type) return std::string(event.key).append(" is not ").append(type_name);
  return std::nullopt;
}

class UsageReplyListener final : public JsonListener {
 public:
  Complaint on_value(const JsonEvent& event) override;
  Complaint on_end(std::size_t depth) override;
  bool has_items() const { return has_items_; }
  UsageReply take() { return std::move(reply_); }

 private:
  Complaint on_reply_member(const JsonEvent& event);
  Complaint on_item_begin(const JsonEvent& event);
  Complaint on_item_member(const JsonEvent& event);
  Complaint on_total(const JsonEvent& event);
  std::string of_item(const std::string& complaint) const;

  UsageReply reply_;
  bool has_items_ = false;
  bool has_total_ = false;
  bool in_items_ = false;  // among the elements of billable_items
  bool has_sid_ = false;   // these three: of the present item
  bool has_quantity_ = false;
  bool has_submitted_ = false;
};

JsonListener::Complaint UsageReplyListener::on_value(const JsonEvent& event) {
  if (event.depth == 0 && event.type != JsonType::kObject) return "the reply is not a JSON object";
  if (event.depth == 1) return on_reply_member(event);
  if (in_items_ && event.depth == kObjectDepth) return on_item_begin(event);
  if (in_items_ && event.depth == kMemberDepth) return on_item_member(event);
  return std::nullopt;
}

JsonListener::Complaint UsageReplyListener::on_reply_member(const JsonEvent& event) {
  in_items_ = event.key == "billable_items";
  if (in_items_) return check(event, JsonType::kArray, "a list", has_items_);
  if (event.key == "total_submitted") return on_total(event);
  return std::nullopt;
}

// OpenAPI makes it a number; null says as little as its absence.
JsonListener::Complaint UsageReplyListener::on_total(const JsonEvent& event) {
  if (event.type == JsonType::kNull) return std::nullopt;
  if (auto complaint = check(event, JsonType::kNumber, "a number", has_total_)) return complaint;
  reply_.total_submitted = event.text;
  return std::nullopt;
}

JsonListener::Complaint UsageReplyListener::on_item_begin(const JsonEvent& event) {
  reply_.items.emplace_back();
  has_sid_ = has_quantity_ = has_submitted_ = false;
  if (event.type != JsonType::kObject) return of_item("it is not an object");
  return std::nullopt;
}

JsonListener::Complaint UsageReplyListener::on_item_member(const JsonEvent& event) {
  ReplyItem& item = reply_.items.back();
  Complaint complaint;
  if (event.key == "sid") {
    complaint = check(event, JsonType::kString, "a string", has_sid_);
    item.sid = event.text;
  } else if (event.key == "quantity") {
    complaint = check(event, JsonType::kNumber, "a number", has_quantity_);
    item.quantity = event.text;
  } else if (event.key == "submitted") {
    complaint = check(event, JsonType::kBoolean, "true or false", has_submitted_);
    item.submitted = event.text == "true";
  }
  if (complaint) return of_item(*complaint);
  return std::nullopt;
}

JsonListener::Complaint UsageReplyListener::on_end(std::size_t depth) {
  if (!in_items_ || depth != kObjectDepth) return std::nullopt;
  if (!has_sid_) return of_item("sid is missing");
  if (!has_quantity_) return of_item("quantity is missing");
  if (!has_submitted_) return of_item("submitted is missing");
  return std::nullopt;
}

std::string UsageReplyListener::of_item(const std::string& complaint) const {
  return "item " + std::to_string(reply_.items.size()) + " of the reply: " + complaint;
}

}  // namespace

std::variant<UsageReply, ReplyProblem> parse_reply(std::string_view body) {
  UsageReplyListener listener;
  const JsonResult result = read_json(body, listener);
  if (result.reading == JsonReading::kNotJson)
    return ReplyProblem{ReplyProblem::Kind::kNotJson, "the reply is not valid JSON: " + result.problem};
  if (result.reading == JsonReading::kComplained) return ReplyProblem{ReplyProblem::Kind::kOtherForm, result.problem};
  if (!listener.has_items()) return ReplyProblem{ReplyProblem::Kind::kOtherForm, "the reply has no billable_items"};
  return listener.take();
}

}  // namespace usage
