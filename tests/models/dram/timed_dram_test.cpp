// The timed DRAM at its socket, loosely and approximately timed.
#include "models/dram/timed_dram.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>

#include "platform/dram/dram_spec_file.h"
#include "tests/models/dram/controller/constraint_checker.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using Bytes = std::vector<unsigned char>;
using sc_core::SC_NS;
using sc_core::SC_PS;
using sc_core::sc_time;

constexpr uint64_t kSize = uint64_t{1} << 24;

TimedDram::Properties ddr4() {
  TimedDram::Properties properties;
  properties.spec = find_dram_spec("ddr4-2400");
  properties.size_bytes = kSize;
  return properties;
}

// `count` clock cycles of DDR4-2400.
sc_time cycles(double count) { return sc_time(count * 1e6 / 1200, SC_PS); }

class TimedDramTest : public SystemcTest {
 protected:
  explicit TimedDramTest(const TimedDram::Properties& properties = ddr4()) : dram("dram", properties) {
    initiator.socket.bind(dram.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  Bytes contents(uint64_t address, size_t bytes) {
    Transaction read = read_of(address, bytes);
    EXPECT_EQ(bytes, initiator.socket->transport_dbg(read));
    return read.data;
  }

  ProbeInitiator initiator{"initiator"};
  TimedDram dram;
};

TEST_F(TimedDramTest, HoldsWhatIsWritten) {
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, initiator.status_of(write_of(0, {1, 2, 3})));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, initiator.status_of(write_of(kSize - 2, {8, 9})));
  Transaction first = read_of(0, 4);
  initiator.send(first);
  EXPECT_EQ((Bytes{1, 2, 3, 0}), first.data);
  EXPECT_EQ((Bytes{8, 9}), contents(kSize - 2, 2));
  EXPECT_FALSE(first.is_dmi_allowed()) << "DMI would pass the timing by";
}

TEST_F(TimedDramTest, RefusesWhatItCannotServe) {
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.status_of(read_of(kSize, 1)));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.status_of(write_of(kSize - 1, {1, 2})));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.status_of(write_of(~uint64_t{0} - 1, {1, 2, 3, 4})));
  Transaction stream = write_of(0, {1, 2, 3, 4});
  stream.set_streaming_width(2);
  initiator.send(stream);
  EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, stream.get_response_status());
  Transaction none = read_of(16, 1);
  none.enable({0xff});
  none.set_byte_enable_length(0);
  initiator.send(none);
  EXPECT_EQ(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, none.get_response_status());
  EXPECT_EQ((Bytes{0, 0, 0, 0}), contents(0, 4));
  EXPECT_EQ(0u, dram.statistics().requests) << "what is refused takes no part";
}

TEST_F(TimedDramTest, ByteEnablesSelectBytes) {
  Transaction write = write_of(16, {1, 2, 3, 4, 5});
  write.enable({0xff, 0});
  initiator.send(write);
  EXPECT_EQ((Bytes{1, 0, 3, 0, 5}), contents(16, 5));
}

TEST_F(TimedDramTest, BlockingCallsTakeTheTimeOfTheCommands) {
  Transaction read = read_of(0, 64);
  // From 120 ns, a whole cycle: tRCD 16 + CL 16 + BL/2 4.
  EXPECT_EQ(cycles(144 + 36), initiator.send(read, cycles(144)));
  // At the same time, the next bank group: ACT tRRD_S 4 later.
  Transaction second = read_of(64, 64);
  EXPECT_EQ(cycles(144 + 40), initiator.send(second, cycles(144)));
  // Far later, an open row: CL + BL/2; an arrival between two cycles waits for the next.
  Transaction third = read_of(0, 64);
  EXPECT_EQ(cycles(1201 + 20), initiator.send(third, cycles(1200.5)));
  // An initiator that lags behind is served behind what was decided.
  Transaction lagging = read_of(0, 64);
  EXPECT_EQ(cycles(1201 + 6 + 20), initiator.send(lagging, cycles(200)));
  const DramStatistics s = dram.statistics();
  EXPECT_EQ(4u, s.reads);
  EXPECT_EQ(2u, s.row_hits);
  EXPECT_GT(dram.energy().total(), 0);
}

TEST_F(TimedDramTest, LongTransactionsMoveAtTheRateOfTheBus) {
  Transaction read = read_of(0, 4096);
  // 64 bursts of 4 cycles after tRCD + CL; four banks open in turn without holding the stream up.
  const sc_time end = initiator.send(read);
  EXPECT_GE(end, cycles(16 + 16 + 64 * 4));
  EXPECT_LE(end, cycles(16 + 16 + 64 * 4 + 12));
}

TEST_F(TimedDramTest, DebugAccessAndIgnoredCommandsTakeNoTime) {
  Transaction write = write_of(kSize - 2, {1, 2, 3});
  EXPECT_EQ(2u, initiator.socket->transport_dbg(write)) << "ends with the memory";
  Transaction ignored(tlm::TLM_IGNORE_COMMAND, 0, {5});
  EXPECT_EQ(sc_time(3, SC_NS), initiator.send(ignored, sc_time(3, SC_NS)));
  EXPECT_TRUE(ignored.is_response_ok());
  EXPECT_EQ(0u, dram.statistics().requests);
}

TEST_F(TimedDramTest, RefusesDmiEverywhere) {
  Transaction request = read_of(0, 4);
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(initiator.socket->get_direct_mem_ptr(request, dmi));
  EXPECT_EQ(0u, dmi.get_start_address());
  EXPECT_EQ(kSize - 1, dmi.get_end_address());
}

class DmiDramTest : public TimedDramTest {
 protected:
  static TimedDram::Properties properties() {
    TimedDram::Properties properties = ddr4();
    properties.allow_dmi = true;
    return properties;
  }
  DmiDramTest() : TimedDramTest(properties()) {}
};

TEST_F(DmiDramTest, GrantsDmiWhereToldTo) {
  Transaction request = read_of(4, 4);
  initiator.send(request);
  EXPECT_TRUE(request.is_dmi_allowed());
  tlm::tlm_dmi dmi;
  ASSERT_TRUE(initiator.socket->get_direct_mem_ptr(request, dmi));
  EXPECT_TRUE(dmi.is_read_write_allowed());
  EXPECT_EQ(kSize - 1, dmi.get_end_address());
  dmi.get_dmi_ptr()[kSize - 1] = 77;
  EXPECT_EQ(Bytes{77}, contents(kSize - 1, 1));
}

class TimingOnlyTimedDramTest : public TimedDramTest {
 protected:
  static TimedDram::Properties properties() {
    TimedDram::Properties properties = ddr4();
    properties.functional = false;
    return properties;
  }
  TimingOnlyTimedDramTest() : TimedDramTest(properties()) {}
};

TEST_F(TimingOnlyTimedDramTest, MovesNoDataInTheSameTime) {
  Transaction write = write_of(0, {1, 2});
  EXPECT_EQ(cycles(16 + 12 + 4), initiator.send(write)) << "tRCD + CWL + BL/2";
  EXPECT_EQ((Bytes{0, 0}), contents(0, 2));
}

TEST_F(SystemcTest, TimedDramRefusesPropertiesWithoutMeaning) {
  TimedDram::Properties properties = ddr4();
  properties.size_bytes = properties.spec.organization.capacity_bytes() + 1;
  EXPECT_THROW(TimedDram("large", properties), std::invalid_argument);
  properties = ddr4();
  properties.spec.timing.tRCD = 0;
  EXPECT_THROW(TimedDram("hasty", properties), std::invalid_argument);
  properties = ddr4();
  properties.spec.organization.banks = 3;
  EXPECT_THROW(TimedDram("odd", properties), std::invalid_argument);
  properties = ddr4();
  properties.controller.queue_depth = 0;
  EXPECT_THROW(TimedDram("narrow", properties), std::invalid_argument);
}

// ---- four phases -----------------------------------------------------------------------------------------

// A payload that is given back when nobody uses it any more.
class Managed : public tlm::tlm_mm_interface {
 public:
  void free(tlm::tlm_generic_payload*) override { ++freed; }
  int freed = 0;
};

// Obeys the base protocol as told: how it answers BEGIN_RESP, and when it ends responses.
class AtInitiator : public sc_core::sc_module {
 public:
  enum class Answer { accepted, end_by_return, completed, end_by_call, never };

  tlm_utils::simple_initiator_socket<AtInitiator> socket{"socket"};
  Answer answer = Answer::completed;
  std::map<tlm::tlm_generic_payload*, sc_time> end_req, begin_resp;
  std::vector<tlm::tlm_generic_payload*> order;  // of the responses
  std::deque<std::unique_ptr<Transaction>> sent;
  std::deque<Transaction*> waiting;  // begin as soon as the one before got its END_REQ
  Managed manager;

  explicit AtInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &AtInitiator::nb_transport_bw);
  }

  Transaction* make_read(uint64_t address, size_t bytes) {
    return make(tlm::TLM_READ_COMMAND, address, Bytes(bytes, 0xee));
  }
  Transaction* make_write(uint64_t address, Bytes bytes) {
    return make(tlm::TLM_WRITE_COMMAND, address, std::move(bytes));
  }
  Transaction* make(tlm::tlm_command command, uint64_t address, Bytes bytes) {
    sent.push_back(std::make_unique<Transaction>(command, address, std::move(bytes)));
    Transaction* const t = sent.back().get();
    t->set_mm(&manager);
    t->acquire();
    return t;
  }
  tlm::tlm_sync_enum begin(Transaction& transaction, sc_time delay = sc_core::SC_ZERO_TIME) {
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    const tlm::tlm_sync_enum status = socket->nb_transport_fw(transaction, phase, delay);
    if (status == tlm::TLM_UPDATED) {
      EXPECT_EQ(tlm::END_REQ, phase);
      EXPECT_EQ(sc_core::SC_ZERO_TIME, delay);
      end_req[&transaction] = sc_core::sc_time_stamp();
    }
    return status;
  }
  tlm::tlm_sync_enum call(Transaction& transaction, tlm::tlm_phase phase) {
    sc_time delay;
    return socket->nb_transport_fw(transaction, phase, delay);
  }
  // Sends all, each after the END_REQ of the one before.
  void pour(std::vector<Transaction*> transactions) {
    waiting.assign(transactions.begin(), transactions.end());
    next();
  }

 private:
  void next() {
    while (!waiting.empty()) {
      Transaction& transaction = *waiting.front();
      waiting.pop_front();
      if (begin(transaction) != tlm::TLM_UPDATED) return;
    }
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_time& delay) {
    EXPECT_EQ(sc_core::SC_ZERO_TIME, delay);
    if (phase == tlm::END_REQ) {
      EXPECT_EQ(0u, end_req.count(&payload)) << "END_REQ came twice";
      end_req[&payload] = sc_core::sc_time_stamp();
      next();
      return tlm::TLM_ACCEPTED;
    }
    EXPECT_EQ(tlm::BEGIN_RESP, phase);
    EXPECT_EQ(1u, end_req.count(&payload)) << "BEGIN_RESP before END_REQ";
    begin_resp[&payload] = sc_core::sc_time_stamp();
    order.push_back(&payload);
    switch (answer) {
      case Answer::completed:
        return tlm::TLM_COMPLETED;
      case Answer::end_by_return:
        phase = tlm::END_RESP;
        delay = sc_time(100, SC_NS);
        return tlm::TLM_UPDATED;
      case Answer::end_by_call:
        call(static_cast<Transaction&>(payload), tlm::END_RESP);
        return tlm::TLM_ACCEPTED;
      default:
        return tlm::TLM_ACCEPTED;
    }
  }
};

class AtDramTest : public SystemcTest {
 protected:
  using Answer = AtInitiator::Answer;

  static TimedDram::Properties properties() {
    TimedDram::Properties properties = ddr4();
    properties.controller.queue_depth = 8;
    return properties;
  }
  AtDramTest() : dram("dram", properties()) {
    initiator.socket.bind(dram.socket);
    dram.set_trace([this](const DramCommandRecord& record) { trace.push_back(record); });
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  ~AtDramTest() override {
    DramCycle end = 0;
    for (const DramCommandRecord& record : trace) end = std::max(end, record.cycle);
    EXPECT_TRUE(find_violations(dram.properties().spec, trace, end).empty());
  }
  void pass(double nanoseconds) { sc_core::sc_start(sc_time(nanoseconds, SC_NS)); }

  std::vector<Transaction*> reads(size_t count, uint64_t stride = 64, size_t bytes = 64) {
    std::vector<Transaction*> all;
    for (size_t i = 0; i < count; ++i) all.push_back(initiator.make_read(i * stride, bytes));
    return all;
  }

  AtInitiator initiator{"initiator"};
  TimedDram dram;
  std::vector<DramCommandRecord> trace;
};

TEST_F(AtDramTest, FourPhasesComeAtTheirTimes) {
  initiator.answer = Answer::accepted;
  Transaction* const write = initiator.make_write(8, {1, 2});
  ASSERT_EQ(tlm::TLM_ACCEPTED, initiator.begin(*write, cycles(12)));
  pass(5);
  EXPECT_EQ(0u, initiator.end_req.count(write)) << "the request begins later, as annotated";
  pass(200);
  EXPECT_EQ(cycles(12), initiator.end_req.at(write));
  EXPECT_EQ(cycles(12 + 16 + 12 + 4), initiator.begin_resp.at(write)) << "tRCD + CWL + BL/2";
  EXPECT_TRUE(write->is_response_ok());
  EXPECT_EQ(tlm::TLM_COMPLETED, initiator.call(*write, tlm::END_RESP));
  EXPECT_EQ(1, write->get_ref_count()) << "the target has released it";
  Transaction debug = read_of(8, 2);
  EXPECT_EQ(2u, initiator.socket->transport_dbg(debug));
  EXPECT_EQ((Bytes{1, 2}), debug.data);
}

TEST_F(AtDramTest, ManyTransactionsAreInFlightAndMoveAtTheRateOfTheBus) {
  const std::vector<Transaction*> all = reads(400);
  initiator.pour(all);
  pass(2000);
  ASSERT_EQ(400u, initiator.order.size());
  const sc_time took = initiator.begin_resp.at(all.back()) - initiator.begin_resp.at(all.front());
  // 399 bursts of 4 cycles; banks are opened ahead of the stream.
  EXPECT_GE(took, cycles(399 * 4 - 1));
  EXPECT_LE(took, cycles(399 * 4 * 1.05));
  EXPECT_EQ(400u, dram.statistics().requests);
  for (const Transaction* t : all) EXPECT_EQ(1, t->get_ref_count());
}

TEST_F(AtDramTest, AFullQueueWithholdsEndReq) {
  // Eight bursts fit; a request of 64 is taken as room comes, at one burst every 4 cycles.
  Transaction* const large = initiator.make_read(0, 4096);
  Transaction* const after = initiator.make_read(4096, 64);
  initiator.pour({large, after});
  pass(1000);
  // Room for the last burst comes with the 56th RD: tRCD 16 + 55 * 4 at the least.
  EXPECT_GE(initiator.end_req.at(large), cycles(16 + 55 * 4));
  EXPECT_LE(initiator.end_req.at(large), cycles(16 + 55 * 4 + 16));
  EXPECT_GE(initiator.end_req.at(after), initiator.end_req.at(large));
  EXPECT_GT(initiator.begin_resp.at(after), initiator.begin_resp.at(large));
}

TEST_F(AtDramTest, IgnoredBackPressureIsReportedAndHarmsNothing) {
  expect_report("/hwcvp/dram");
  Transaction* const large = initiator.make_read(0, 4096);
  Transaction* const pushy = initiator.make_read(4096, 64);
  initiator.begin(*large);
  pass(10);
  EXPECT_THROW(initiator.begin(*pushy), sc_core::sc_report);
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, pushy->get_response_status());
  EXPECT_EQ(1u, reports().size());
  pass(1000);
  EXPECT_EQ(std::vector<tlm::tlm_generic_payload*>{large}, initiator.order);
  EXPECT_EQ(1, pushy->get_ref_count());
  EXPECT_EQ(tlm::TLM_UPDATED, initiator.begin(*pushy)) << "in its turn it is served";
  pass(1000);
  EXPECT_EQ(2u, initiator.order.size());
}

TEST_F(AtDramTest, ResponsesWaitForTheEndOfTheOneBefore) {
  initiator.answer = Answer::end_by_return;  // after 100 ns each
  const std::vector<Transaction*> all = reads(4);
  initiator.pour(all);
  pass(1000);
  ASSERT_EQ(4u, initiator.order.size());
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(sc_time(100, SC_NS), initiator.begin_resp.at(all[i]) - initiator.begin_resp.at(all[i - 1]));
  }
}

TEST_F(AtDramTest, AnInitiatorThatNeverEndsResponsesHoldsItselfBack) {
  initiator.answer = Answer::never;
  const std::vector<Transaction*> all = reads(20);
  initiator.pour(all);
  pass(2000);
  EXPECT_EQ(1u, initiator.order.size());
  EXPECT_EQ(8u, initiator.end_req.size()) << "as many as the queue is deep are taken";
  initiator.answer = Answer::completed;
  EXPECT_EQ(tlm::TLM_COMPLETED, initiator.call(*all[0], tlm::END_RESP));
  pass(2000);
  EXPECT_EQ(20u, initiator.order.size()) << "and all goes on when it does";
}

TEST_F(AtDramTest, EndRespMayComeFromWithinTheCall) {
  initiator.answer = Answer::end_by_call;
  initiator.pour(reads(10));
  pass(500);
  EXPECT_EQ(10u, initiator.order.size());
}

TEST_F(AtDramTest, ErrorsAreCompletedEarly) {
  Transaction* const outside = initiator.make_read(kSize, 4);
  EXPECT_EQ(tlm::TLM_COMPLETED, initiator.begin(*outside));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, outside->get_response_status());
  Transaction* const stream = initiator.make_write(0, {1, 2, 3, 4});
  stream->set_streaming_width(2);
  EXPECT_EQ(tlm::TLM_COMPLETED, initiator.begin(*stream));
  EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, stream->get_response_status());
  EXPECT_EQ(1, stream->get_ref_count());
  Transaction* const good = initiator.make_read(0, 4);
  EXPECT_EQ(tlm::TLM_UPDATED, initiator.begin(*good)) << "the request channel is free";
  pass(200);
  EXPECT_EQ(1u, initiator.order.size());
}

TEST_F(AtDramTest, PhasesOutOfTurnAreReported) {
  expect_report("/hwcvp/dram");
  initiator.answer = Answer::accepted;
  Transaction* const read = initiator.make_read(0, 4);
  initiator.begin(*read);
  pass(5);
  EXPECT_THROW(initiator.call(*read, tlm::END_RESP), sc_core::sc_report) << "no response is under way";
  EXPECT_THROW(initiator.call(*read, tlm::BEGIN_RESP), sc_core::sc_report);
  EXPECT_THROW(initiator.begin(*read), sc_core::sc_report) << "it is in flight";
  pass(200);
  EXPECT_EQ(1u, initiator.order.size()) << "and is served all the same";
  EXPECT_EQ(tlm::TLM_COMPLETED, initiator.call(*read, tlm::END_RESP));
  EXPECT_THROW(initiator.call(*read, tlm::END_RESP), sc_core::sc_report) << "twice";
  Transaction unmanaged = read_of(0, 4);
  EXPECT_THROW(initiator.begin(unmanaged), sc_core::sc_report);
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, unmanaged.get_response_status());
  EXPECT_EQ(5u, reports().size());
}

TEST_F(AtDramTest, ReadsSeeTheWritesThatBeganBefore) {
  std::vector<Transaction*> all;
  for (unsigned char i = 0; i < 50; ++i) {
    all.push_back(initiator.make_write(i % 3 * 8192, Bytes(200, i)));
    all.push_back(initiator.make_read(i % 3 * 8192 + 100, 50));
  }
  initiator.pour(all);
  pass(10000);
  ASSERT_EQ(100u, initiator.order.size());
  for (size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(Bytes(50, static_cast<unsigned char>(i)), all[2 * i + 1]->data) << i;
  }
}

TEST_F(AtDramTest, TheAddressCountsAtTheBeginOfTheRequest) {
  Transaction* const first = initiator.make_read(0, 4096);
  Transaction* const second = initiator.make_write(uint64_t{1} << 20, {9});
  initiator.pour({first, second});
  first->set_address(kSize + 1);  // as a bus does that puts the initiator's address back
  pass(400);
  second->set_address(kSize + 1);
  pass(1000);
  EXPECT_EQ(2u, initiator.order.size());
  EXPECT_TRUE(first->is_response_ok());
  Transaction debug = read_of(uint64_t{1} << 20, 1);
  EXPECT_EQ(1u, initiator.socket->transport_dbg(debug));
  EXPECT_EQ(Bytes{9}, debug.data);
}

TEST_F(AtDramTest, BothInterfacesShareOneController) {
  const std::vector<Transaction*> all = reads(50, 4096);
  initiator.pour(all);
  for (int i = 0; i < 20; ++i) {
    Transaction write = write_of(1 << 20, {7});
    sc_time delay(30, SC_NS);
    initiator.socket->b_transport(write, delay);
    EXPECT_TRUE(write.is_response_ok());
    EXPECT_GT(delay, sc_time(30, SC_NS));
    pass(10);
  }
  pass(5000);
  EXPECT_EQ(50u, initiator.order.size());
  EXPECT_EQ(70u, dram.statistics().requests);
}

TEST_F(AtDramTest, LongRandomLoadKeepsEveryPromise) {
  std::mt19937 random(11);
  std::vector<Transaction*> all;
  for (int i = 0; i < 2000; ++i) {
    const uint64_t address = random() % (kSize - 600);
    const size_t bytes = 1 + random() % 600;
    all.push_back(random() % 3 == 0 ? initiator.make_write(address, Bytes(bytes, 1))
                                    : initiator.make_read(address, bytes));
  }
  initiator.pour(all);
  pass(200000);
  EXPECT_EQ(2000u, initiator.order.size());
  for (const Transaction* t : all) {
    EXPECT_EQ(1, t->get_ref_count());
    EXPECT_TRUE(t->is_response_ok());
  }
}

}  // namespace
}  // namespace hwcvp
