// The checker between two ends that break the rules one by one.
#include "models/monitor/protocol_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "models/tlm/payload_pool.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using ::testing::HasSubstr;

// Both ends answer as the test says.
struct Ends : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Ends> initiator{"initiator"};
  tlm_utils::simple_target_socket<Ends> target{"target"};
  std::function<tlm::tlm_sync_enum(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_time&)> on_forward =
      [](tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_time&) { return tlm::TLM_ACCEPTED; };
  std::function<tlm::tlm_sync_enum(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_time&)> on_backward =
      on_forward;
  std::function<void(tlm::tlm_generic_payload&, sc_time&)> on_blocking;
  std::function<unsigned(tlm::tlm_generic_payload&)> on_debug;
  std::function<bool(tlm::tlm_generic_payload&, tlm::tlm_dmi&)> on_dmi;

  explicit Ends(const sc_core::sc_module_name& name) : sc_module(name) {
    target.register_nb_transport_fw(this, &Ends::forward);
    target.register_b_transport(this, &Ends::blocking);
    target.register_transport_dbg(this, &Ends::debug);
    target.register_get_direct_mem_ptr(this, &Ends::dmi);
    initiator.register_nb_transport_bw(this, &Ends::backward);
  }

 private:
  tlm::tlm_sync_enum forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
    return on_forward(payload, phase, delay);
  }
  tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
    return on_backward(payload, phase, delay);
  }
  void blocking(tlm::tlm_generic_payload& payload, sc_time& delay) { on_blocking(payload, delay); }
  unsigned debug(tlm::tlm_generic_payload& payload) { return on_debug(payload); }
  bool dmi(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) { return on_dmi(payload, dmi); }
};

class ProtocolCheckerTest : public SystemcTest {
 protected:
  ProtocolCheckerTest() {
    ends.initiator.bind(checker.target_socket);
    checker.initiator_socket.bind(ends.target);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    expect_report("/hwcvp/protocol");
  }

  tlm::tlm_generic_payload& fresh() {
    tlm::tlm_generic_payload& payload = *pool.acquire(4);
    payload.set_read();
    return payload;
  }
  void forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase, double delay_ns = 0) {
    sc_time delay(delay_ns, SC_NS);
    ends.initiator->nb_transport_fw(payload, phase, delay);
  }
  void backward(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase, double delay_ns = 0) {
    sc_time delay(delay_ns, SC_NS);
    if (phase == tlm::BEGIN_RESP) payload.set_response_status(tlm::TLM_OK_RESPONSE);
    ends.target->nb_transport_bw(payload, phase, delay);
  }
  void expect_one(const char* rule) {
    ASSERT_EQ(1u, reports().size()) << rule;
    EXPECT_THAT(reports()[0], HasSubstr(rule));
    EXPECT_THAT(reports()[0], HasSubstr("checker: "));
    EXPECT_EQ(1u, checker.violations());
  }

  tlm_support::PayloadPool pool;
  Ends ends{"ends"};
  ProtocolChecker checker{"checker"};
};

TEST_F(ProtocolCheckerTest, FourPhasesBreakNoRule) {
  auto& first = fresh();
  auto& second = fresh();
  forward(first, tlm::BEGIN_REQ, 5);
  backward(first, tlm::END_REQ, 5);
  forward(second, tlm::BEGIN_REQ);
  backward(first, tlm::BEGIN_RESP, 7);
  backward(second, tlm::END_REQ);
  forward(first, tlm::END_RESP, 7);
  backward(second, tlm::BEGIN_RESP);
  EXPECT_EQ(1u, checker.in_flight());
  forward(second, tlm::END_RESP);
  EXPECT_EQ(0u, checker.in_flight());
  EXPECT_EQ(2u, checker.transactions());
  EXPECT_EQ(0u, checker.violations());
}

TEST_F(ProtocolCheckerTest, EarlyCompletionBreaksNoRule) {
  ends.on_forward = [](tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_time&) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return tlm::TLM_COMPLETED;
  };
  forward(fresh(), tlm::BEGIN_REQ);
  ends.on_forward = [](tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_time&) {
    if (phase == tlm::END_RESP) return tlm::TLM_COMPLETED;
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    phase = tlm::BEGIN_RESP;
    return tlm::TLM_UPDATED;
  };
  auto& payload = fresh();
  forward(payload, tlm::BEGIN_REQ);
  forward(payload, tlm::END_RESP);
  EXPECT_EQ(0u, checker.in_flight());
  EXPECT_EQ(0u, checker.violations());
}

TEST_F(ProtocolCheckerTest, SecondRequestBeforeEndReq) {
  forward(fresh(), tlm::BEGIN_REQ);
  forward(fresh(), tlm::BEGIN_REQ);
  expect_one("initiator: BEGIN_REQ before the END_REQ of the request before");
}

TEST_F(ProtocolCheckerTest, SecondResponseBeforeEndResp) {
  auto& first = fresh();
  auto& second = fresh();
  forward(first, tlm::BEGIN_REQ);
  backward(first, tlm::END_REQ);
  forward(second, tlm::BEGIN_REQ);
  backward(first, tlm::BEGIN_RESP);
  backward(second, tlm::BEGIN_RESP);
  expect_one("target: BEGIN_RESP before the END_RESP of the response before");
}

TEST_F(ProtocolCheckerTest, SecondEndReq) {
  auto& payload = fresh();
  forward(payload, tlm::BEGIN_REQ);
  backward(payload, tlm::END_REQ);
  backward(payload, tlm::END_REQ);
  expect_one("target: END_REQ out of order");
}

TEST_F(ProtocolCheckerTest, EndRespBeforeTheResponse) {
  auto& payload = fresh();
  forward(payload, tlm::BEGIN_REQ);
  forward(payload, tlm::END_RESP);
  expect_one("initiator: END_RESP out of order");
}

TEST_F(ProtocolCheckerTest, PhaseOfAnUnknownTransaction) {
  backward(fresh(), tlm::BEGIN_RESP);
  expect_one("a phase of a transaction that is not under way");
}

TEST_F(ProtocolCheckerTest, PhaseOnTheWrongPath) {
  forward(fresh(), tlm::END_REQ);
  expect_one("initiator: END_REQ or BEGIN_RESP on the forward path");
}

TEST_F(ProtocolCheckerTest, TimeThatGoesBack) {
  auto& payload = fresh();
  forward(payload, tlm::BEGIN_REQ, 10);
  backward(payload, tlm::END_REQ, 9);
  expect_one("effective times must not go back within a transaction");
}

TEST_F(ProtocolCheckerTest, ResponseWithoutStatus) {
  ends.on_forward = [](tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_time&) { return tlm::TLM_COMPLETED; };
  forward(fresh(), tlm::BEGIN_REQ);
  expect_one("target: a response must have a status");
}

TEST_F(ProtocolCheckerTest, UpdatedWithAnImpossiblePhase) {
  ends.on_forward = [](tlm::tlm_generic_payload&, tlm::tlm_phase& phase, sc_time&) {
    phase = tlm::END_RESP;
    return tlm::TLM_UPDATED;
  };
  forward(fresh(), tlm::BEGIN_REQ);
  expect_one("target: TLM_UPDATED in answer to BEGIN_REQ with neither END_REQ nor BEGIN_RESP");
}

TEST_F(ProtocolCheckerTest, EndReqAnsweredByMoreThanAccepted) {
  ends.on_backward = [](tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_time&) { return tlm::TLM_COMPLETED; };
  auto& payload = fresh();
  forward(payload, tlm::BEGIN_REQ);
  backward(payload, tlm::END_REQ);
  expect_one("initiator: END_REQ can only be answered by TLM_ACCEPTED");
}

TEST_F(ProtocolCheckerTest, PayloadWithoutMemoryManager) {
  Transaction plain = read_of(0, 4);
  forward(plain, tlm::BEGIN_REQ);
  expect_one("initiator: nb_transport needs a payload with a memory manager");
}

TEST_F(ProtocolCheckerTest, AttributesThatTheTargetMustNotChange) {
  ends.on_blocking = [](tlm::tlm_generic_payload& payload, sc_time&) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    payload.set_data_length(2);
  };
  Transaction read = read_of(0, 4);
  sc_time delay;
  ends.initiator->b_transport(read, delay);
  expect_one("target: only the data of reads");
}

TEST_F(ProtocolCheckerTest, AddressThatIsNotRestoredIsAdviceOnceAndNoViolation) {
  ends.on_blocking = [](tlm::tlm_generic_payload& payload, sc_time&) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    payload.set_address(1);
  };
  for (int i = 0; i < 3; ++i) {
    Transaction read = read_of(0, 4);
    sc_time delay;
    ends.initiator->b_transport(read, delay);
  }
  EXPECT_EQ(3u, checker.changed_addresses());
  EXPECT_EQ(0u, checker.violations());
  ASSERT_EQ(1u, reports().size());
  EXPECT_THAT(reports()[0],
              HasSubstr("checker: interconnect: the address was not restored, which is allowed"));
}

TEST_F(SystemcTest, AdviceAboutTheAddressCanBeTurnedOff) {
  expect_report("/hwcvp/protocol");
  Ends ends("ends");
  ProtocolChecker::Properties properties;
  properties.advise_restored_address = false;
  ProtocolChecker checker("checker", properties);
  ends.initiator.bind(checker.target_socket);
  checker.initiator_socket.bind(ends.target);
  ends.on_blocking = [](tlm::tlm_generic_payload& payload, sc_time&) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    payload.set_address(1);
  };
  Transaction read = read_of(0, 4);
  sc_time delay;
  ends.initiator->b_transport(read, delay);
  EXPECT_EQ(1u, checker.changed_addresses());
  EXPECT_TRUE(reports().empty());
}

TEST_F(ProtocolCheckerTest, DelayThatIsTakenAway) {
  ends.on_blocking = [](tlm::tlm_generic_payload& payload, sc_time& delay) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    delay = sc_core::SC_ZERO_TIME;
  };
  Transaction read = read_of(0, 4);
  sc_time delay(1, SC_NS);
  ends.initiator->b_transport(read, delay);
  expect_one("target: b_transport must not go back in time");
}

TEST_F(ProtocolCheckerTest, PayloadsThatBeginWrongly) {
  ends.on_blocking = [](tlm::tlm_generic_payload& payload, sc_time&) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  };
  const auto send = [this](const std::function<void(Transaction&)>& spoil) {
    Transaction read = read_of(0, 4);
    spoil(read);
    sc_time delay;
    ends.initiator->b_transport(read, delay);
  };
  send([](Transaction& t) { t.set_response_status(tlm::TLM_OK_RESPONSE); });
  send([](Transaction& t) { t.set_dmi_allowed(true); });
  send([](Transaction& t) { t.set_data_length(0); });
  send([](Transaction& t) { t.set_data_ptr(nullptr); });
  send([](Transaction& t) { t.set_streaming_width(0); });
  send([](Transaction& t) {
    t.enable({0xff});
    t.set_byte_enable_length(0);
  });
  EXPECT_EQ(6u, reports().size());
  for (const std::string& report : reports()) EXPECT_THAT(report, HasSubstr("initiator: "));
}

TEST_F(ProtocolCheckerTest, DebugTransportOfTooMuch) {
  ends.on_debug = [](tlm::tlm_generic_payload&) { return 5u; };
  Transaction read = read_of(0, 4);
  ends.initiator->transport_dbg(read);
  expect_one("target: debug transport of more than was asked for");
}

TEST_F(ProtocolCheckerTest, DmiElsewhere) {
  ends.on_dmi = [](tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
    dmi.set_start_address(8);
    dmi.set_end_address(15);
    return false;
  };
  Transaction read = read_of(16, 4);
  tlm::tlm_dmi dmi;
  ends.initiator->get_direct_mem_ptr(read, dmi);
  expect_one("target: a DMI region must hold the address that was asked for");
}

}  // namespace
}  // namespace hwcvp
