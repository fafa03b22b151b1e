#include "transfer.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "connection_fault.h"
#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr auto kCurlTooLarge = static_cast<CURLcode>(100);  // CURLE_TOO_LARGE, which older headers do not name

// --- what libcurl calls; nothing may be thrown through it

// The fence: libcurl calls this each time it is about to send the request, also when it does so again by itself. And
// the last moment at which a connection can be left that still holds a reply to somebody else: libcurl 7.88 re-uses it.
int before_request(void* context, char*, char*, int, int local_port) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  transfer.found_out_of_step = transfer.times_issued == 0 && transfer.sockets->is_out_of_step(local_port);
  if (transfer.found_out_of_step) return CURL_PREREQFUNC_ABORT;
  transfer.local_port = local_port;
  ++transfer.times_issued;
  if (transfer.times_issued == 1) transfer.sockets->cork(local_port);
  return transfer.times_issued == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

int socket_made(void* context, curl_socket_t socket, curlsocktype) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  transfer.reconnected = transfer.times_issued > 0;
  try {
    transfer.sockets->made(socket);
    return CURL_SOCKOPT_OK;
  } catch (const std::bad_alloc&) {
    return CURL_SOCKOPT_ERROR;
  }
}

int close_socket(void* context, curl_socket_t socket) {
  static_cast<OpenSockets*>(context)->closed(socket);
  return ::close(socket);
}

std::size_t give_body(char* buffer, std::size_t size, std::size_t count, void* context) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = std::min(size * count, transfer.body.size() - transfer.body_sent);
  std::memcpy(buffer, transfer.body.data() + transfer.body_sent, length);
  transfer.body_sent += length;
  return length;
}

// The second lock: a body that cannot be rewound cannot be sent again. 7.88 asks for this before it asks the fence.
int refuse_rewind(void*, curl_off_t, int) {
  return CURL_SEEKFUNC_FAIL;
}

template <IncomingReply::Wanted (IncomingReply::*take)(std::string_view)>
std::size_t take_reply(char* data, std::size_t size, std::size_t count, void* context) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = size * count;
  const bool was_answered = transfer.reply.has_status();
  try {
    const auto wanted = (transfer.reply.*take)({data, length});
    if (!was_answered && transfer.reply.has_status())
      transfer.answered_early = transfer.body_sent < transfer.body.size();
    if (wanted == IncomingReply::Wanted::kMore) return length;
  } catch (const std::bad_alloc&) {
  }
  return length == 0 ? 1 : 0;  // any other number than length ends the transfer
}

// --- what an end means

TransportFault fault_before_request(CURLcode code, long connect_status) {
  if (connect_status != 0 && connect_status / 100 != 2) return TransportFault::kProxyRefused;
  return connection_fault(code);
}

// libcurl says CURLE_OK of a reply cut in its headers or its body, too. Who refuses a request need not have read it;
// who accepts it has.
TransportFault fault_of_reply(const Transfer& transfer) {
  const IncomingReply& reply = transfer.reply;
  if (!reply.headers_complete() || !reply.has_stated_length()) return TransportFault::kConnectionLost;
  return transfer.answered_early && reply.is_success() ? TransportFault::kReplyTooEarly : TransportFault::kNone;
}

TransportFault fault_after_request(CURLcode code, const Transfer& transfer) {
  switch (code) {
    case CURLE_OK:
      return fault_of_reply(transfer);
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFault::kTimeout;
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // a field without a colon
    case CURLE_OUT_OF_MEMORY:          // what 7.88 says of a header line over 100 KiB
    case kCurlTooLarge:                // what 8.6.0 and later say of it
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
      return TransportFault::kMalformedReply;
    default:
      return TransportFault::kConnectionLost;
  }
}

// A second sending may end before the fence is asked, where it finds no connection: what libcurl says then is of that
// one, and must not pass for what became of the first.
bool was_to_be_sent_again(CURLcode code, const Transfer& transfer) {
  return transfer.times_issued > 1 || transfer.reconnected || code == CURLE_SEND_FAIL_REWIND ||
         code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT;
}

TransportFault fault_of(CURLcode code, const Transfer& transfer, long connect_status) {
  if (transfer.reply.refusal() != TransportFault::kNone) return transfer.reply.refusal();
  if (transfer.times_issued == 0 && transfer.body_sent == 0) return fault_before_request(code, connect_status);
  if (was_to_be_sent_again(code, transfer)) return TransportFault::kResendPrevented;
  return fault_after_request(code, transfer);
}

std::string text_of(TransportFault fault, CURLcode code, const Transfer& transfer, long connect_status) {
  if (fault == TransportFault::kNone) return "";
  if (!transfer.reply.refusal_text().empty()) return transfer.reply.refusal_text();
  if (fault == TransportFault::kResendPrevented) {
    return "the connection ended before a reply came; libcurl was kept from sending the request again (libcurl " +
           std::to_string(static_cast<int>(code)) + ")";
  }
  if (fault == TransportFault::kProxyRefused && connect_status != 0) {
    return "the proxy answered CONNECT with " + std::to_string(connect_status);
  }
  if (fault == TransportFault::kReplyTooEarly)
    return "it began before the whole request had left, so it answers another one";
  if (code == CURLE_OK) {
    return transfer.reply.headers_complete() ? "the reply ended before its Content-Length"
                                             : "the connection ended within the reply's headers";
  }
  const char* text = transfer.error_text[0] != '\0' ? transfer.error_text.data() : curl_easy_strerror(code);
  return clean_text(text) + " (libcurl " + std::to_string(static_cast<int>(code)) + ")";
}

}  // namespace

void point_callbacks_at(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error_text.data());
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
  curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_reply<&IncomingReply::take_header_line>);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_reply<&IncomingReply::take_body>);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, socket_made);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer.sockets);  // outlives its connections
  // Without the two locks there is no sending at all.
  if (curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request) != CURLE_OK ||
      curl_easy_setopt(easy, CURLOPT_PREREQDATA, &transfer) != CURLE_OK ||
      curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, refuse_rewind) != CURLE_OK) {
    throw UsageError("libcurl", "libcurl lacks the pre-request callback", "install the libcurl of Debian 12 or newer");
  }
}

Delivery delivery_of(Transfer& transfer, CURLcode code, WallTime now) {
  long connect_status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_HTTP_CONNECTCODE, &connect_status);
  Delivery delivery;
  delivery.times_issued = transfer.times_issued;
  // Cannot be, and would be two bills if it were: a body on its way that the fence was not asked about.
  if (transfer.body_sent > 0) delivery.times_issued = std::max(delivery.times_issued, 1U);
  delivery.fault = fault_of(code, transfer, connect_status);
  if (delivery.fault != TransportFault::kResendPrevented) delivery.connect_status = static_cast<int>(connect_status);
  delivery.fault_text = text_of(delivery.fault, code, transfer, connect_status);
  delivery.body_complete = delivery.fault == TransportFault::kNone;
  transfer.reply.move_into(delivery);
  delivery.started_at = transfer.started_at;
  delivery.ended_at = now;
  return delivery;
}

TransportFault connection_fault(int curl_code) {
  switch (curl_code) {
    case CURLE_PROXY:
      return TransportFault::kProxyRefused;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFault::kTimeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return TransportFault::kBadCertificate;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_FAILED_INIT:
    case CURLE_URL_MALFORMAT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
      return TransportFault::kLocalConfiguration;
    default:  // names, connections, handshakes
      return TransportFault::kUnreachable;
  }
}

}  // namespace usage
