#include "tests/models/gdb/rsp_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "models/gdb/packet.h"

namespace hwcvp::gdb {

RspClient::RspClient(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval longest = {10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    close(socket_);
    throw std::runtime_error("connect: " + why);
  }
}

RspClient::~RspClient() { disconnect(); }

void RspClient::send_raw(const std::string& bytes) const {
  if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the connection has ended");
  }
}

void RspClient::send(const std::string& payload) const { send_raw(packet(payload)); }

char RspClient::receive_byte() {
  char byte = 0;
  const ssize_t count = recv(socket_, &byte, 1, 0);
  if (count < 0) throw std::runtime_error(std::string("receive: ") + std::strerror(errno));
  if (count == 0) throw std::runtime_error("closed");
  return byte;
}

std::string RspClient::receive() {
  PacketReader reader;
  for (;;) {
    char byte = 0;
    const ssize_t count = recv(socket_, &byte, 1, 0);
    if (count == 0) return "closed";
    if (count < 0) throw std::runtime_error(std::string("receive: ") + std::strerror(errno));
    const auto event = reader.take(byte);
    if (!event || event->kind == Event::Kind::acknowledged) continue;
    if (event->kind != Event::Kind::packet) throw std::runtime_error("a broken packet from the stub");
    if (acknowledges_) send_raw("+");
    return event->payload;
  }
}

std::string RspClient::ask(const std::string& payload) {
  send(payload);
  return receive();
}

void RspClient::turn_off_acknowledgements() {
  if (ask("QStartNoAckMode") != "OK") throw std::runtime_error("QStartNoAckMode was refused");
  acknowledges_ = false;
}

void RspClient::disconnect(bool reset) {
  if (socket_ < 0) return;
  const linger abruptly = {1, 0};
  if (reset) setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abruptly, sizeof abruptly);
  close(socket_);
  socket_ = -1;
}

}  // namespace hwcvp::gdb
