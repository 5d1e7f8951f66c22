#include "models/gdb/server.h"

#include <utility>

#include "models/gdb/hexadecimal.h"

namespace hwcvp {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kGiveUpPeriod{100};  // while the core stands still
constexpr milliseconds kLookPeriod{10};     // at the connection, while it runs
constexpr milliseconds kNow{0};

}  // namespace

Debugger::Resume GdbServer::halted(DebugCore& core, const DebugStop& stop) {
  if (!was_connected_ && !wait_for_connection()) return Resume::kill;
  if (std::exchange(stop_expected_, false)) send_packet(gdb::Session::stop_reply(stop));
  gdb::Session session(core, stop);
  while (connection_.open()) {
    if (const std::optional<gdb::Event> event = next_event()) {
      if (const auto resume = serve(session, *event)) return *resume;
    }
    if (gave_up()) return Resume::kill;
  }
  return Resume::detach;
}

bool GdbServer::wants_halt() {
  const auto now = Clock::now();
  if (now < next_look_) return false;
  next_look_ = now + kLookPeriod;
  if (!connection_.open()) return connect(kNow);
  read_events(kNow);
  bool interrupted = !connection_.open();  // to find out that nobody is there
  // While the core runs there is nothing else to ask of it.
  for (const gdb::Event& event : events_)
    interrupted = interrupted || event.kind == gdb::Event::Kind::interrupt;
  events_.clear();
  return interrupted;
}

void GdbServer::exited(int status) {
  if (stop_expected_) send_packet("W" + gdb::to_hexadecimal(std::string(1, static_cast<char>(status))));
  connection_.close();
}

bool GdbServer::wait_for_connection() {
  while (!connect(kGiveUpPeriod)) {
    if (gave_up()) return false;
  }
  return true;
}

bool GdbServer::connect(milliseconds longest) {
  connection_.set(listener_.accept(longest));
  if (!connection_.open()) return false;
  reader_ = gdb::PacketReader();
  events_.clear();
  last_packet_.clear();
  acknowledges_ = true;
  was_connected_ = true;
  stop_expected_ = false;  // a new debugger asks
  return true;
}

std::optional<gdb::Event> GdbServer::next_event() {
  if (events_.empty()) read_events(kGiveUpPeriod);
  if (events_.empty()) return std::nullopt;
  gdb::Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void GdbServer::read_events(milliseconds longest) {
  for (const char byte : connection_.receive(longest)) {
    if (auto event = reader_.take(byte)) events_.push_back(std::move(*event));
  }
}

void GdbServer::send_packet(const std::string& payload) {
  last_packet_ = gdb::packet(payload);
  connection_.send(last_packet_);
}

std::optional<Debugger::Resume> GdbServer::serve(gdb::Session& session, const gdb::Event& event) {
  switch (event.kind) {
    case gdb::Event::Kind::packet:
      if (acknowledges_) connection_.send("+");
      return serve_request(session, event.payload);
    case gdb::Event::Kind::broken_packet:
      if (acknowledges_) connection_.send("-");
      return std::nullopt;
    case gdb::Event::Kind::not_acknowledged:
      if (acknowledges_) connection_.send(last_packet_);
      return std::nullopt;
    case gdb::Event::Kind::acknowledged:
    case gdb::Event::Kind::interrupt:  // it stands still already
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Debugger::Resume> GdbServer::serve_request(gdb::Session& session, const std::string& request) {
  const gdb::Reply reply = session.handle(request);
  if (reply.send) send_packet(reply.payload);
  if (request == "QStartNoAckMode") acknowledges_ = false;
  if (!reply.resume) return std::nullopt;
  stop_expected_ = *reply.resume == Resume::run || *reply.resume == Resume::step;
  if (!stop_expected_) connection_.close();
  return reply.resume;
}

}  // namespace hwcvp
