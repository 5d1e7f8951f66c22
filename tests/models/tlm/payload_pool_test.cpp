#include "models/tlm/payload_pool.h"

#include <gtest/gtest.h>

#include "tests/support/systemc/systemc_test.h"

namespace hwcvp::tlm_support {
namespace {

struct Mark : tlm::tlm_extension<Mark> {
  explicit Mark(int* count) : alive(count) { ++*alive; }
  ~Mark() override { --*alive; }
  tlm_extension_base* clone() const override { return new Mark(alive); }
  void copy_from(const tlm_extension_base& /*other*/) override {}
  int* alive;
};

class PayloadPoolTest : public SystemcTest {
 protected:
  PayloadPool pool;
};

TEST_F(PayloadPoolTest, HandsOutPayloadsReadyForUse) {
  tlm::tlm_generic_payload* payload = pool.acquire(64);
  EXPECT_EQ(1, payload->get_ref_count());
  EXPECT_TRUE(payload->has_mm());
  EXPECT_EQ(64u, payload->get_data_length());
  EXPECT_EQ(64u, payload->get_streaming_width());
  EXPECT_EQ(nullptr, payload->get_byte_enable_ptr());
  EXPECT_EQ(tlm::TLM_INCOMPLETE_RESPONSE, payload->get_response_status());
  payload->get_data_ptr()[63] = 1;
  payload->release();
}

TEST_F(PayloadPoolTest, ReusesWhatWasReleasedWithNothingLeftOnIt) {
  int extensions = 0;
  tlm::tlm_generic_payload* first = pool.acquire(4);
  unsigned char enables[1] = {0xff};
  first->set_byte_enable_ptr(enables);
  first->set_streaming_width(2);
  first->set_dmi_allowed(true);
  first->set_response_status(tlm::TLM_OK_RESPONSE);
  first->set_auto_extension(new Mark(&extensions));
  first->acquire();
  first->release();
  EXPECT_EQ(0u, pool.available()) << "a second user keeps the payload from the pool";
  // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): free() of a memory manager is not that of the C library
  first->release();
  EXPECT_EQ(1u, pool.available());
  EXPECT_EQ(0, extensions) << "automatic extensions go with the last user";
  tlm::tlm_generic_payload* second = pool.acquire(4096);
  EXPECT_EQ(first, second);
  EXPECT_EQ(1u, pool.size());
  EXPECT_EQ(nullptr, second->get_byte_enable_ptr());
  EXPECT_EQ(4096u, second->get_streaming_width());
  EXPECT_FALSE(second->is_dmi_allowed());
  EXPECT_EQ(tlm::TLM_INCOMPLETE_RESPONSE, second->get_response_status());
  EXPECT_EQ(nullptr, second->get_extension<Mark>());
  second->get_data_ptr()[4095] = 1;
  tlm::tlm_generic_payload* third = pool.acquire(1);
  EXPECT_NE(second, third);
  EXPECT_EQ(2u, pool.size());
  third->release();
  second->release();
  EXPECT_EQ(2u, pool.available());
}

}  // namespace
}  // namespace hwcvp::tlm_support
