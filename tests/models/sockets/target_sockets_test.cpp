// What every target socket owes to whoever binds to it, over either transport, kept or not kept by him.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "models/monitor/protocol_checker.h"
#include "models/tlm/bind_widths.h"
#include "tests/models/sockets/target_devices.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"
#include "tests/support/tlm/at_initiator.h"

namespace hwcvp {
namespace {

using Bytes = std::vector<unsigned char>;
using sc_core::SC_NS;
using sc_core::sc_time;

class TargetSocketTest : public SystemcTest, public ::testing::WithParamInterface<TargetKind> {
 protected:
  // A transaction as both transports send it, and the response that it deserves.
  struct Case {
    const char* what;
    tlm::tlm_command command;
    uint64_t address;
    size_t bytes;
    unsigned streaming_width;
    unsigned enables;  // length of the byte enables, 0 for none
    tlm::tlm_response_status expected;
  };

  TargetSocketTest() { expect_report("/hwcvp/registers"); }

  std::vector<Case> cases() const {
    const auto register_only = [this](tlm::tlm_response_status status) {
      return device->is_memory ? tlm::TLM_OK_RESPONSE : status;
    };
    return {
        {"a word", tlm::TLM_READ_COMMAND, device->word, 4, 4, 0, tlm::TLM_OK_RESPONSE},
        {"a wide streaming width", tlm::TLM_READ_COMMAND, device->word, 4, 64, 0, tlm::TLM_OK_RESPONSE},
        {"streaming", tlm::TLM_READ_COMMAND, device->word, 4, 2, 0, tlm::TLM_BURST_ERROR_RESPONSE},
        {"a streaming write", tlm::TLM_WRITE_COMMAND, device->word, 4, 1, 0, tlm::TLM_BURST_ERROR_RESPONSE},
        {"outside", tlm::TLM_READ_COMMAND, device->outside, 4, 4, 0, tlm::TLM_ADDRESS_ERROR_RESPONSE},
        {"across the end", tlm::TLM_WRITE_COMMAND, device->outside - 2, 4, 4, 0,
         device->is_memory ? tlm::TLM_ADDRESS_ERROR_RESPONSE : tlm::TLM_BURST_ERROR_RESPONSE},
        {"far outside", tlm::TLM_WRITE_COMMAND, ~uint64_t{3}, 4, 4, 0, tlm::TLM_ADDRESS_ERROR_RESPONSE},
        {"two bytes", tlm::TLM_READ_COMMAND, device->word, 2, 2, 0, tlm::TLM_OK_RESPONSE},
        {"three bytes", tlm::TLM_READ_COMMAND, device->word, 3, 3, 0,
         register_only(tlm::TLM_BURST_ERROR_RESPONSE)},
        {"byte enables", tlm::TLM_READ_COMMAND, device->word, 4, 4, 4,
         register_only(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE)},
        {"short byte enables", tlm::TLM_WRITE_COMMAND, device->word, 4, 4, 2,
         register_only(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE)},
        {"a write", tlm::TLM_WRITE_COMMAND, device->word, 4, 4, 0,
         register_only(tlm::TLM_COMMAND_ERROR_RESPONSE)},
        {"nothing", tlm::TLM_IGNORE_COMMAND, device->word, 4, 4, 0, tlm::TLM_OK_RESPONSE},
    };
  }
  static void prepare(const Case& c, tlm::tlm_generic_payload& payload) {
    static unsigned char all_enabled[] = {0xff, 0xff, 0xff, 0xff};
    payload.set_streaming_width(c.streaming_width);
    if (c.enables == 0) return;
    payload.set_byte_enable_ptr(all_enabled);
    payload.set_byte_enable_length(c.enables);
  }

  std::unique_ptr<TargetDevice> device = GetParam().make();
};

struct Tag : tlm::tlm_extension<Tag> {
  tlm_extension_base* clone() const override { return new Tag; }
  void copy_from(const tlm_extension_base&) override {}
};

class BlockingTest : public TargetSocketTest {
 protected:
  BlockingTest() {
    initiator.socket.bind(checker.target_socket);
    checker.initiator_socket.bind(device->socket());
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  Bytes word() {
    Transaction read = read_of(device->word, 4);
    EXPECT_EQ(4u, initiator.socket->transport_dbg(read));
    return read.data;
  }
  ProtocolChecker checker{"checker"};
  ProbeInitiator initiator{"initiator"};
};

TEST_P(BlockingTest, HonoursTheDelayAndAddsToIt) {
  Transaction read = read_of(device->word, 4);
  const sc_time end = initiator.send(read, sc_time(37, SC_NS));
  if (device->timing_known) {
    EXPECT_EQ(sc_time(37, SC_NS) + device->latency, end);
  }
  EXPECT_GT(end, sc_time(37, SC_NS));
  EXPECT_EQ(sc_core::SC_ZERO_TIME, sc_core::sc_time_stamp()) << "the target leaves the waiting to others";
}

TEST_P(BlockingTest, AnswersEverythingAndErrorsChangeNothing) {
  Tag tag;
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.what);
    const Bytes before = word();
    Transaction transaction(c.command, c.address, Bytes(c.bytes, 0x7e));
    prepare(c, transaction);
    transaction.set_extension(&tag);
    initiator.send(transaction, sc_time(1, SC_NS));
    EXPECT_EQ(c.expected, transaction.get_response_status());
    EXPECT_EQ(&tag, transaction.get_extension<Tag>()) << "extensions pass through";
    EXPECT_EQ(c.address, transaction.get_address());
    transaction.clear_extension(&tag);
    if (c.expected == tlm::TLM_OK_RESPONSE) continue;
    EXPECT_EQ(before, word());
    EXPECT_EQ(Bytes(c.bytes, 0x7e), transaction.data) << "a refused read leaves the data alone";
  }
}

TEST_P(BlockingTest, TakesAStreamingWidthOfZeroForNoStreamingAndWarnsOnce) {
  expect_report("/hwcvp/protocol");  // of the checker too, about the initiator
  for (int i = 0; i < 3; ++i) {
    Transaction read = read_of(device->word, 4);
    const Bytes expected = word();
    read.set_streaming_width(0);
    initiator.send(read);
    EXPECT_TRUE(read.is_response_ok());
    EXPECT_EQ(expected, read.data);
  }
  const auto is_of_the_target = [](const std::string& report) {
    return report.find("taken as no streaming") != std::string::npos;
  };
  EXPECT_EQ(1, std::count_if(reports().begin(), reports().end(), is_of_the_target)) << "one a socket";
}

TEST_P(BlockingTest, AnswersANullDataPointerWithAnError) {
  expect_report("/hwcvp/protocol");  // of the checker, about the initiator
  const Bytes before = word();
  for (const tlm::tlm_command command : {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND}) {
    Transaction transaction(command, device->word, Bytes(4));
    transaction.set_data_ptr(nullptr);
    initiator.send(transaction);
    EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, transaction.get_response_status());
    EXPECT_EQ(0u, initiator.socket->transport_dbg(transaction));
    transaction.enable({TLM_BYTE_ENABLED});
    initiator.send(transaction);
    EXPECT_TRUE(transaction.is_response_error());
  }
  EXPECT_EQ(before, word());
}

TEST_P(BlockingTest, HonoursOrRefusesByteEnables) {
  if (!device->is_memory) return;  // refused, as AnswersEverything says
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, initiator.status_of(write_of(device->word, {1, 2, 3, 4})));
  Transaction write = write_of(device->word, {5, 6, 7, 8});
  write.enable({0, TLM_BYTE_ENABLED});
  initiator.send(write);
  EXPECT_EQ((Bytes{1, 6, 3, 8}), word()) << "a short pattern repeats";
  Transaction read = read_of(device->word, 4);
  read.enable({TLM_BYTE_ENABLED, 0, 0, TLM_BYTE_ENABLED});
  initiator.send(read);
  EXPECT_EQ((Bytes{1, 0xee, 0xee, 8}), read.data);
}

TEST_P(BlockingTest, DebugTransportSeesTheSameAndLeavesNoTrace) {
  Transaction read = read_of(device->word, 4);
  EXPECT_EQ(4u, initiator.socket->transport_dbg(read));
  Transaction timed = read_of(device->word, 4);
  const sc_time end = initiator.send(timed);
  if (device->timing_known) {
    EXPECT_EQ(device->latency, end) << "the debug access takes no place";
  }
  EXPECT_EQ(timed.data, read.data);
  Transaction outside = read_of(device->outside, 4);
  EXPECT_EQ(0u, initiator.socket->transport_dbg(outside));
  Transaction write = write_of(device->word, {9, 8, 7, 6});
  EXPECT_EQ(device->is_memory ? 4u : 0u, initiator.socket->transport_dbg(write));
  EXPECT_EQ(device->is_memory ? Bytes({9, 8, 7, 6}) : read.data, word());
}

TEST_P(BlockingTest, GrantsDmiOrSaysWhereNot) {
  Transaction request = read_of(device->word, 4);
  tlm::tlm_dmi dmi;
  const bool granted = initiator.socket->get_direct_mem_ptr(request, dmi);
  EXPECT_EQ(device->grants_dmi, granted) << "registers have effects, and a monitor must see every byte";
  Transaction hinted = read_of(device->word, 4);
  initiator.send(hinted);
  EXPECT_EQ(device->grants_dmi, hinted.is_dmi_allowed());
  if (!granted) return;
  dmi.get_dmi_ptr()[device->word - dmi.get_start_address()] = 0x5a;
  Transaction read = read_of(device->word, 1);
  initiator.send(read);
  EXPECT_EQ(Bytes{0x5a}, read.data) << "the pointer is for the start of the region";
  EXPECT_EQ(device->dmi_first, dmi.get_start_address());
  EXPECT_EQ(device->outside - 1, dmi.get_end_address()) << "the end is the last byte";
}

TEST_P(BlockingTest, RefusesDmiOutside) {
  Transaction request = read_of(device->outside, 4);
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(initiator.socket->get_direct_mem_ptr(request, dmi));
}

class NonblockingSocketTest : public TargetSocketTest {
 protected:
  NonblockingSocketTest() {
    initiator.socket.bind(checker.target_socket);
    checker.initiator_socket.bind(device->socket());
  }
  ProtocolChecker checker{"checker"};
  AtInitiator initiator{"initiator"};
};

TEST_P(NonblockingSocketTest, AnswersEverythingAlike) {
  std::mt19937_64 random(43);
  initiator.behave = [&](size_t) {
    AtInitiator::Behaviour behaviour = random_initiator_behaviour(random);
    behaviour.extra_phase = behaviour.extra_phase && !device->adapted;  // Accellera's adapter refuses them
    return behaviour;
  };
  const std::vector<Case> table = cases();
  constexpr size_t kRounds = 10;
  for (size_t round = 0; round < kRounds; ++round) {
    for (const Case& c : table) {
      initiator.post(c.command, c.address, Bytes(c.bytes),
                     [&c](tlm::tlm_generic_payload& payload) { prepare(c, payload); });
    }
  }
  sc_core::sc_start();
  EXPECT_TRUE(initiator.balanced()) << "every payload is released by all";
  EXPECT_EQ(0u, checker.in_flight());
  ASSERT_EQ(kRounds * table.size(), initiator.results.size());
  for (const AtInitiator::Result& result : initiator.results) {
    const Case& c = table[result.number % table.size()];
    EXPECT_EQ(c.expected, result.status) << c.what;
    EXPECT_EQ(c.address, result.address) << c.what;
    EXPECT_TRUE(result.extension_kept) << c.what;
  }
}

TEST_P(NonblockingSocketTest, HoldsBackAnInitiatorThatEndsNoResponse) {
  initiator.behave = [](size_t number) {
    AtInitiator::Behaviour behaviour;
    behaviour.response_delay = sc_time(number == 0 ? 5000 : 0, SC_NS);
    return behaviour;
  };
  for (int i = 0; i < 3; ++i) initiator.post(tlm::TLM_READ_COMMAND, device->word, Bytes(4));
  sc_core::sc_start();
  ASSERT_EQ(3u, initiator.results.size());
  EXPECT_GE(initiator.results[1].end, sc_time(5000, SC_NS)) << "one response at a time";
}

// A host whose sockets are wider than those of the models.
template <unsigned int width>
class WideInitiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<WideInitiator, width> socket{"socket"};
  explicit WideInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &WideInitiator::nb_transport_bw);
    socket.register_invalidate_direct_mem_ptr(this, &WideInitiator::invalidate);
  }

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_time&) {
    return tlm::TLM_ACCEPTED;
  }
  void invalidate(sc_dt::uint64, sc_dt::uint64) {}
};

class WideHostTest : public TargetSocketTest {
 protected:
  template <unsigned int width>
  void read_by_bytes_and_word() {
    WideInitiator<width> host("host");
    bind_widths(host.socket, device->socket());
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    Transaction word = read_of(device->word, 4);
    sc_time delay;
    host.socket->b_transport(word, delay);
    EXPECT_TRUE(word.is_response_ok());
    for (unsigned i = 0; i < 4; ++i) {
      Transaction byte = read_of(device->word + i, 1);
      host.socket->b_transport(byte, delay);
      EXPECT_TRUE(byte.is_response_ok());
      EXPECT_EQ(word.data[i], byte.data[0]) << "the least significant byte is at the lowest address";
    }
  }
};

TEST_P(WideHostTest, Binds64Bits) { read_by_bytes_and_word<64>(); }
TEST_P(WideHostTest, Binds128Bits) { read_by_bytes_and_word<128>(); }
TEST_P(WideHostTest, Binds256Bits) { read_by_bytes_and_word<256>(); }

// An initiator that breaks the rules: each breach is an error, and what else is under way goes on.
class RudeInitiatorTest : public TargetSocketTest {
 protected:
  struct NoManager : tlm::tlm_mm_interface {
    void free(tlm::tlm_generic_payload*) override {}
  };

  RudeInitiatorTest() {
    initiator.socket.bind(device->socket());
    for (const char* const type : {"/hwcvp/protocol", "/hwcvp/dram"}) expect_report(type);
    sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_LOG);  // the simulation goes on
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  tlm::tlm_sync_enum call(Transaction& transaction, tlm::tlm_phase phase, sc_time delay = sc_time()) {
    return initiator.socket->nb_transport_fw(transaction, phase, delay);
  }
  void manage(Transaction& transaction) {
    transaction.set_mm(&manager);
    transaction.acquire();
  }

  NoManager manager;
  ProbeInitiator initiator{"initiator"};
};

TEST_P(RudeInitiatorTest, PayloadWithoutMemoryManagerIsAnsweredWithAnError) {
  Transaction read = read_of(device->word, 4);
  EXPECT_EQ(tlm::TLM_COMPLETED, call(read, tlm::BEGIN_REQ));
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, read.get_response_status());
  EXPECT_EQ(1u, reports().size());
}

TEST_P(RudeInitiatorTest, PhasesOutOfTurnAreReportedAndHarmNothing) {
  Transaction read = read_of(device->word, 4);
  manage(read);
  call(read, tlm::END_RESP);
  EXPECT_EQ(1u, reports().size()) << "END_RESP of a transaction that was never begun";
  ASSERT_NE(tlm::TLM_COMPLETED, call(read, tlm::BEGIN_REQ));
  call(read, tlm::BEGIN_REQ);
  EXPECT_EQ(2u, reports().size()) << "BEGIN_REQ of a transaction that is under way";
  sc_core::sc_start(sc_time(1000, SC_NS));
  ASSERT_FALSE(initiator.phases.empty());
  EXPECT_EQ(tlm::BEGIN_RESP, initiator.phases.back());
  call(read, tlm::END_RESP);
  sc_core::sc_start(sc_time(1000, SC_NS));
  EXPECT_EQ(2u, reports().size());
  call(read, tlm::END_RESP);
  EXPECT_EQ(3u, reports().size()) << "a second END_RESP";
  EXPECT_EQ(1, read.get_ref_count()) << "the target has let go of it";
  Transaction next = read_of(device->word, 4);
  manage(next);
  const size_t phases = initiator.phases.size();
  ASSERT_NE(tlm::TLM_COMPLETED, call(next, tlm::BEGIN_REQ));
  sc_core::sc_start(sc_time(1000, SC_NS));
  ASSERT_GT(initiator.phases.size(), phases) << "the next transaction is served";
  EXPECT_TRUE(next.is_response_ok());
}

TEST_P(RudeInitiatorTest, SecondRequestBeforeEndReqIsAnsweredWithAnErrorAndHarmsNothing) {
  Transaction first = read_of(device->word, 4);
  Transaction second = read_of(device->word, 4);
  for (Transaction* const read : {&first, &second}) manage(*read);
  EXPECT_EQ(tlm::TLM_ACCEPTED, call(first, tlm::BEGIN_REQ, sc_time(100, SC_NS)));
  EXPECT_EQ(tlm::TLM_COMPLETED, call(second, tlm::BEGIN_REQ));
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, second.get_response_status());
  EXPECT_EQ(1, second.get_ref_count());
  ASSERT_EQ(1u, reports().size());
  EXPECT_NE(std::string::npos, reports()[0].find("END_REQ of the request before")) << reports()[0];
  sc_core::sc_start(sc_time(1000, SC_NS));
  ASSERT_EQ(2u, initiator.phases.size()) << "the first one is served";
  EXPECT_EQ(tlm::END_REQ, initiator.phases[0]);
  EXPECT_TRUE(first.is_response_ok());
  call(first, tlm::END_RESP);
  sc_core::sc_start(sc_time(1000, SC_NS));
  EXPECT_NE(tlm::TLM_COMPLETED, call(second, tlm::BEGIN_REQ)) << "its turn";
  sc_core::sc_start(sc_time(1000, SC_NS));
  EXPECT_TRUE(second.is_response_ok());
  EXPECT_EQ(1u, reports().size());
}

// An initiator that looks at the backward path alone.
class DeafInitiatorTest : public RudeInitiatorTest {};

TEST_P(DeafInitiatorTest, GetsEveryPhaseByACallWhateverItAsksFor) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.what);
    Transaction transaction(c.command, c.address, Bytes(c.bytes));
    prepare(c, transaction);
    manage(transaction);
    initiator.phases.clear();
    EXPECT_EQ(tlm::TLM_ACCEPTED, call(transaction, tlm::BEGIN_REQ));
    sc_core::sc_start(sc_time(1000, SC_NS));
    EXPECT_EQ((std::vector<tlm::tlm_phase>{tlm::END_REQ, tlm::BEGIN_RESP}), initiator.phases);
    EXPECT_EQ(c.expected, transaction.get_response_status());
    call(transaction, tlm::END_RESP);
    sc_core::sc_start(sc_time(1000, SC_NS));
    EXPECT_EQ(1, transaction.get_ref_count());
  }
  EXPECT_TRUE(reports().empty());
}

std::vector<TargetKind> kinds(bool (*wanted)(const TargetKind&)) {
  std::vector<TargetKind> chosen;
  for (const TargetKind& kind : target_kinds()) {
    if (wanted(kind)) chosen.push_back(kind);
  }
  return chosen;
}
bool any(const TargetKind&) { return true; }
bool has_nonblocking(const TargetKind& kind) { return std::string(kind.name) != "buffer_bank"; }
bool answers_by_calls(const TargetKind& kind) {
  return std::string(kind.name).find("_by_calls") != std::string::npos;
}
bool has_simple_socket(const TargetKind& kind) { return std::string(kind.name) != "buffer_bank"; }
// Those that follow the protocol on their own: not through Accellera's conversion, nor by passing on.
bool keeps_state(const TargetKind& kind) {
  const std::string name = kind.name;
  return name == "dram" || name == "timed_dram" || name == "bus" || answers_by_calls(kind);
}
const auto kName = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Devices, BlockingTest, ::testing::ValuesIn(kinds(any)), kName);
INSTANTIATE_TEST_SUITE_P(Devices, WideHostTest, ::testing::ValuesIn(kinds(has_simple_socket)), kName);
INSTANTIATE_TEST_SUITE_P(Devices, NonblockingSocketTest, ::testing::ValuesIn(kinds(has_nonblocking)), kName);
INSTANTIATE_TEST_SUITE_P(Devices, DeafInitiatorTest, ::testing::ValuesIn(kinds(answers_by_calls)), kName);
INSTANTIATE_TEST_SUITE_P(Devices, RudeInitiatorTest, ::testing::ValuesIn(kinds(keeps_state)), kName);

}  // namespace
}  // namespace hwcvp
