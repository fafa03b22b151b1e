#include "json_events.h"
#include "usage/base/text.h"
#include "usage/marketplace/usage_api.h"

namespace usage {
namespace {

constexpr std::size_t kObjectDepth = 2;  // reply / billable_items / item
constexpr std::size_t kMemberDepth = 3;

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
  std::string complain(std::string_view member, std::string_view what) const;
  // The member must come once and have the type.
  Complaint check(const JsonEvent& event, JsonType type, std::string_view type_name, bool& seen) const;

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
  if (event.type != JsonType::kObject) return complain("", "is not an object");
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
  return complaint;
}

JsonListener::Complaint UsageReplyListener::on_end(std::size_t depth) {
  if (!in_items_ || depth != kObjectDepth) return std::nullopt;
  if (!has_sid_) return complain("sid", "is missing");
  if (!has_quantity_) return complain("quantity", "is missing");
  if (!has_submitted_) return complain("submitted", "is missing");
  return std::nullopt;
}

JsonListener::Complaint UsageReplyListener::check(const JsonEvent& event, JsonType type, std::string_view type_name,
                                                  bool& seen) const {
  if (seen) return complain(event.key, "stands twice");
  seen = true;
  if (event.type != type) return complain(event.key, std::string("is not ").append(type_name));
  return std::nullopt;
}

std::string UsageReplyListener::complain(std::string_view member, std::string_view what) const {
  std::string text;
  if (in_items_ && !reply_.items.empty()) text = "item " + std::to_string(reply_.items.size()) + " of the reply: ";
  return text.append(member).append(member.empty() ? "it " : " ").append(what);
}

// Twilio's older errors have code and message; newer ones httpStatusCode beside them; RFC 9457 has title and detail.
class ErrorReplyListener final : public JsonListener {
 public:
  Complaint on_value(const JsonEvent& event) override {
    if (event.depth != 1) return std::nullopt;
    const bool text = event.type == JsonType::kString;
    if (event.key == "code" && (text || event.type == JsonType::kNumber)) code_ = event.text;
    if (event.key == "message" && text) message_ = event.text;
    if (event.key == "title" && text) title_ = event.text;
    if (event.key == "detail" && text) detail_ = event.text;
    return std::nullopt;
  }
  Complaint on_end(std::size_t) override { return std::nullopt; }

  ErrorReply reply() const {
    constexpr std::size_t kMaxCode = 40;
    constexpr std::size_t kMaxMessage = 200;
    const std::string problem = title_ + (title_.empty() || detail_.empty() ? "" : ": ") + detail_;
    return {clean_text(code_, kMaxCode), clean_text(message_.empty() ? problem : message_, kMaxMessage)};
  }

 private:
  std::string code_;
  std::string message_;
  std::string title_;
  std::string detail_;
};

}  // namespace

std::variant<UsageReply, std::string> parse_reply(std::string_view body) {
  UsageReplyListener listener;
  const JsonResult result = read_json(body, listener);
  if (result.reading == JsonReading::kNotJson) return "the reply is not valid JSON, " + result.problem;
  if (result.reading == JsonReading::kComplained) return result.problem;
  if (!listener.has_items()) return "the reply has no billable_items";
  return listener.take();
}

ErrorReply parse_error_reply(std::string_view body) {
  ErrorReplyListener listener;
  if (read_json(body, listener).reading != JsonReading::kComplete) return {};
  return listener.reply();
}

}  // namespace usage
