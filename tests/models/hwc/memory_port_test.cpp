// What the clients of the HWC's memory port rely on when they send by nb_transport.
#include "models/hwc/memory_port.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <string>
#include <vector>

#include "models/tlm/payload_pool.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/tlm/at_target.h"

namespace hwcvp::hwc {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

class Initiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Initiator> socket{"socket"};
  MemoryPort port{"port", socket};

  explicit Initiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &Initiator::nb_transport_bw);
  }

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_time& delay) {
    return port.nb_transport_bw(payload, phase, delay);
  }
};

// Sends one write at each of its times.
class Client : public MemoryPort::Client {
 public:
  Client(MemoryPort& port, uint64_t address, std::vector<sc_time> times)
      : port_(port), address_(address), times_(std::move(times)) {
    port.add(*this);
  }

  std::vector<sc_time> ends;

  void ended(tlm::tlm_generic_payload& payload) override {
    EXPECT_TRUE(payload.is_response_ok());
    ends.push_back(sc_core::sc_time_stamp());
  }
  void issue() override {
    if (sent_ == times_.size()) return;
    if (sc_core::sc_time_stamp() == times_[sent_]) {
      tlm::tlm_generic_payload& payload = *pool_.acquire(4);
      payload.set_command(tlm::TLM_WRITE_COMMAND);
      payload.set_address(address_ + 4 * sent_++);
      port_.send(payload, *this);
    }
    if (sent_ != times_.size()) port_.call_after(times_[sent_] - sc_core::sc_time_stamp());
  }

 private:
  MemoryPort& port_;
  const uint64_t address_;
  const std::vector<sc_time> times_;
  size_t sent_ = 0;
  tlm_support::PayloadPool pool_;
};

class MemoryPortTest : public SystemcTest {};

TEST_F(MemoryPortTest, OfClientsThatSendAtOneTimeTheFirstAddedGoesFirst) {
  const auto ns = [](double count) { return sc_time(count, SC_NS); };
  Initiator initiator("initiator");
  AtTarget memory("memory", 4096);
  memory.behave = [&](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.request_delay = ns(2);
    behaviour.latency = ns(5);
    return behaviour;
  };
  initiator.socket.bind(memory.socket);
  Client first(initiator.port, 0x100, {ns(10), ns(20), ns(31)});
  Client second(initiator.port, 0x200, {ns(10), ns(20), ns(30)});
  second.issue();  // whoever asks first
  first.issue();
  sc_core::sc_start();
  EXPECT_EQ(memory.addresses, (std::vector<uint64_t>{0x100, 0x200, 0x104, 0x204, 0x208, 0x108}));
  EXPECT_EQ(first.ends, (std::vector<sc_time>{ns(17), ns(27), ns(39)}));
  EXPECT_EQ(second.ends, (std::vector<sc_time>{ns(19), ns(29), ns(37)}));
}

TEST_F(MemoryPortTest, TransactionsThatNeverEndAreToldAtTheEndOfTheSimulation) {
  expect_report("/hwcvp/hwc");
  Initiator initiator("initiator");
  AtTarget memory("memory", 4096);
  memory.behave = [](size_t number) {
    AtTarget::Behaviour behaviour;
    behaviour.latency = sc_time(1, sc_core::SC_SEC);
    if (number == 1) behaviour.request_delay = sc_time(1, sc_core::SC_SEC);
    return behaviour;
  };
  initiator.socket.bind(memory.socket);
  Client client(initiator.port, 0x100, {sc_time(10, SC_NS), sc_time(20, SC_NS), sc_time(30, SC_NS)});
  client.issue();
  EXPECT_EQ("", initiator.port.in_flight());
  sc_core::sc_start(sc_time(15, SC_NS));
  EXPECT_EQ("1 transaction in flight, the oldest for 5 ns: write of 4 bytes at 0x100, waits for BEGIN_RESP",
            initiator.port.in_flight());
  sc_core::sc_start(sc_time(25, SC_NS));
  EXPECT_EQ("2 transactions in flight, the oldest for 30 ns: write of 4 bytes at 0x100, waits for BEGIN_RESP",
            initiator.port.in_flight())
      << "the third one waits behind the second one, which has no END_REQ";
  sc_core::sc_stop();
  EXPECT_EQ(std::vector<std::string>{"initiator.socket: at the end " + initiator.port.in_flight()},
            reports());
}

TEST_F(MemoryPortTest, RequestThatIsNeverAcceptedAndCallThatNeverReturnsAreNamed) {
  Initiator initiator("initiator");
  AtTarget memory("memory", 4096);
  memory.behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.request_delay = sc_time(1, sc_core::SC_SEC);
    return behaviour;
  };
  memory.behave_blocking = [](size_t) {
    AtTarget::BlockingBehaviour behaviour;
    behaviour.latency = sc_time(1, sc_core::SC_SEC);
    behaviour.waits = true;
    return behaviour;
  };
  initiator.socket.bind(memory.socket);
  tlm_support::PayloadPool pool;
  sc_core::sc_spawn([&] {
    tlm::tlm_generic_payload& payload = *pool.acquire(8);
    payload.set_command(tlm::TLM_READ_COMMAND);
    sc_time delay;
    initiator.port.b_transport(payload, delay);
    payload.release();
  });
  sc_core::sc_start(sc_time(1, SC_NS));
  EXPECT_EQ(
      "1 transaction in flight, the oldest for 1 ns: read of 8 bytes at 0x0, waits for the return of "
      "b_transport",
      initiator.port.in_flight());
  sc_core::sc_start(sc_time(3, sc_core::SC_SEC));
  EXPECT_EQ("", initiator.port.in_flight());
  const sc_time now = sc_core::sc_time_stamp();
  Client client(initiator.port, 0x100, {now + sc_time(10, SC_NS)});
  client.issue();
  sc_core::sc_start(sc_time(2, sc_core::SC_US));
  EXPECT_EQ("1 transaction in flight, the oldest for 1990 ns: write of 4 bytes at 0x100, waits for END_REQ",
            initiator.port.in_flight());
}

}  // namespace
}  // namespace hwcvp::hwc
