#include "http_connection.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace usage::sandbox {
namespace {

// What httplib takes for the connection. Before deliver() it is a plain stream; after it, what httplib writes is the
// reply, first the head, then the body, and leaves as the answer's fault wants it.
class WireStream final : public httplib::Stream {
 public:
  explicit WireStream(Socket& socket) : socket_(socket) {}

  void deliver(Answer answer) {
    answer_ = std::move(answer);
    head_sent_ = false;
  }
  void end(ConnectionEnd how) {
    socket_.end(how);
    over_ = true;
  }
  // After the whole reply. Returns whether the connection goes on.
  bool end_reply(Endpoint& endpoint, ConnectionPlace next);
  bool wait_for_request() { return !over_ && !socket_.stopping() && fill(); }
  bool client_left() const { return client_left_; }
  bool over() const { return over_; }

  bool is_readable() const override { return !over_; }
  bool is_writable() const override { return !over_; }
  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  void get_local_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  socket_t socket() const override { return 0; }  // httplib has no need of it

 private:
  bool fill();  // makes sure that a byte can be read
  bool write_head(std::string_view head);
  bool write_body(std::string_view body);
  bool trickle(std::string_view bytes);
  bool cut_after(std::string_view bytes);
  bool hang();

  Socket& socket_;
  std::array<char, 16384> buffer_{};  // httplib reads byte by byte
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::optional<Answer> answer_;
  bool head_sent_ = false;
  bool client_left_ = false;
  bool over_ = false;
};

bool WireStream::fill() {
  if (begin_ < end_) return true;
  const ssize_t count = socket_.read(buffer_.data(), buffer_.size());
  client_left_ = count <= 0;
  begin_ = 0;
  end_ = client_left_ ? 0 : static_cast<std::size_t>(count);
  return !client_left_;
}

ssize_t WireStream::read(char* bytes, size_t size) {
  if (over_) return -1;
  if (!fill()) return 0;
  const std::size_t count = std::min(size, end_ - begin_);
  std::copy_n(buffer_.data() + begin_, count, bytes);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t WireStream::write(const char* bytes, size_t size) {
  if (over_) return -1;
  const std::string_view text(bytes, size);
  bool sent = false;
  if (!answer_) {
    sent = socket_.write(text);
  } else if (!head_sent_) {
    sent = write_head(text);
    head_sent_ = true;
  } else {
    sent = write_body(text);
  }
  return sent ? static_cast<ssize_t>(size) : -1;
}

bool WireStream::write_head(std::string_view head) {
  const Fault& fault = answer_->fault;
  socket_.pause(fault.delay + answer_->latency);
  if (fault.wire == WireFault::kNoReply) return hang();
  answer_->seat.leave();
  const std::size_t line_end = head.find("\r\n");
  switch (fault.wire) {
    case WireFault::kCloseNoReply:
      return cut_after("");
    case WireFault::kHalfStatusLine:
      return cut_after(head.substr(0, line_end / 2));
    case WireFault::kHeadersCut:
      return cut_after(head.substr(0, (line_end + head.size()) / 2));
    case WireFault::kInterim:
      return socket_.write("HTTP/1.1 " + std::to_string(fault.amount) + " Interim\r\n\r\n") && socket_.write(head);
    case WireFault::kSlowHead:
      return trickle(head);
    default:
      return socket_.write(head);
  }
}

bool WireStream::write_body(std::string_view body) {
  switch (answer_->fault.wire) {
    case WireFault::kBodyCut:
      return cut_after(body.substr(0, body.size() / 2));
    case WireFault::kChunkedCut:  // all of the JSON in one chunk, but no last chunk
      return cut_after(body);
    case WireFault::kSlowHead:
    case WireFault::kSlowBody:
      return trickle(body);
    default:
      return socket_.write(body);
  }
}

bool WireStream::trickle(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!socket_.write(bytes.substr(i, 1))) return false;
    socket_.pause(answer_->fault.byte_delay);
  }
  return true;
}

bool WireStream::cut_after(std::string_view bytes) {
  socket_.write(bytes);
  end(answer_->fault.end);
  return false;
}

bool WireStream::hang() {
  socket_.wait_until_client_leaves(answer_->fault.hold);
  return cut_after("");
}

bool WireStream::end_reply(Endpoint& endpoint, ConnectionPlace next) {
  if (over_) return false;
  const Fault fault = answer_ ? answer_->fault : Fault{};
  answer_.reset();
  if (fault.wire == WireFault::kCloseNext) {
    if (fill()) endpoint.finish_next_unread(next);
    end(fault.end);
  }
  if (fault.wire == WireFault::kCloseAfterReply) end(fault.end);
  return !over_;
}

RequestHead head_of(const httplib::Request& request) {
  RequestHead head{request.method, request.target, request.version, {}};
  for (const auto& [name, value] : request.headers) head.headers.emplace_back(name, value);
  return head;
}

void set_padded_body(httplib::Response& response, const Reply& reply) {
  auto text = [body = reply.body, padding = reply.padding](std::size_t, httplib::DataSink& sink) {
    if (!sink.write(body.data(), body.size())) return false;
    const std::string spaces(1 << 16, ' ');
    for (std::uint64_t left = padding; left > 0;) {
      const std::uint64_t count = std::min<std::uint64_t>(left, spaces.size());
      if (!sink.write(spaces.data(), count)) return false;
      left -= count;
    }
    sink.done();
    return true;
  };
  response.set_chunked_content_provider(reply.content_type, std::move(text));
}

void set_response(httplib::Response& response, const Answer& answer) {
  const Reply& reply = answer.reply;
  response.status = reply.status;
  for (const auto& [name, value] : reply.headers) response.headers.emplace(name, value);
  const WireFault wire = answer.fault.wire;
  if (reply.padding > 0 || wire == WireFault::kChunked || wire == WireFault::kChunkedCut) {
    set_padded_body(response, reply);
  } else if (!reply.body.empty()) {
    response.set_content(reply.body, reply.content_type);
  }
}

// One httplib::Server for each connection, so that its handlers know whose request they have. It never listens.
class HttpConnection : private httplib::Server {
 public:
  HttpConnection(Socket& socket, Endpoint& endpoint, std::uint64_t connection)
      : stream_(socket), endpoint_(endpoint), place_{connection, 0} {
    svr_sock_ = 0;  // httplib takes an invalid one for a server that shuts down, and would cut chunked replies
    set_keep_alive_max_count(1'000'000);
    set_pre_routing_handler([this](const auto& request, auto& response) { return on_head(request, response); });
    Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      answer(response, endpoint_.finish(std::move(*std::exchange(call_, std::nullopt)), request.body));
    });
    // A journal that cannot be written is no reply of any status: httplib would make it a 500.
    set_exception_handler([](const httplib::Request&, httplib::Response&, std::exception_ptr thrown) {
      std::rethrow_exception(std::move(thrown));
    });
    set_error_handler(HandlerWithResponse(
        [this](const httplib::Request&, httplib::Response& response) { return on_error(response); }));
  }

  void serve() {
    while (stream_.wait_for_request()) {
      ++place_.request;
      answered_ = false;
      bool client_closes = false;
      const bool whole = process_request(stream_, false, client_closes, [](httplib::Request&) {});
      const bool goes_on = stream_.end_reply(endpoint_, {place_.connection, place_.request + 1});
      if (!whole || client_closes || !goes_on) break;
    }
    if (!stream_.over()) stream_.end(ConnectionEnd::kFin);
  }

 private:
  HandlerResponse on_head(const httplib::Request& request, httplib::Response&) {
    call_ = endpoint_.begin(head_of(request), place_);
    if (call_->fault.wire != WireFault::kCloseBeforeRead) return HandlerResponse::Unhandled;
    endpoint_.finish_unread(*call_);
    answered_ = true;
    stream_.end(call_->fault.end);
    call_.reset();
    return HandlerResponse::Handled;
  }

  // For what never came to the handler of a POST, httplib has set a status of its own.
  HandlerResponse on_error(httplib::Response& response) {
    if (answered_) return HandlerResponse::Unhandled;
    if (stream_.client_left()) {
      Call left = call_ ? std::move(*call_) : Call{};
      left.place = place_;
      endpoint_.finish_incomplete(left);
      stream_.end(ConnectionEnd::kFin);
    } else {
      answer_and_close(response, call_ && call_->violation ? endpoint_.finish(std::move(*call_), "")
                                                           : endpoint_.refuse_malformed(place_, response.status));
    }
    call_.reset();
    return HandlerResponse::Handled;
  }

  // What follows on the connection may be the rest of this request, and not the next one.
  void answer_and_close(httplib::Response& response, Answer given) {
    given.fault.wire = WireFault::kCloseAfterReply;
    response.set_header("Connection", "close");
    answer(response, std::move(given));
  }

  void answer(httplib::Response& response, Answer given) {
    set_response(response, given);
    answered_ = true;
    stream_.deliver(std::move(given));
  }

  WireStream stream_;
  Endpoint& endpoint_;
  ConnectionPlace place_;
  std::optional<Call> call_;  // between a request's head and its end
  bool answered_ = false;
};

}  // namespace

void serve_connection(Socket& socket, Endpoint& endpoint, std::uint64_t connection) {
  HttpConnection(socket, endpoint, connection).serve();
}

}  // namespace usage::sandbox
