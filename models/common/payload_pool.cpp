#include "models/common/payload_pool.h"

namespace hwcvp {

tlm::tlm_generic_payload* PayloadPool::acquire(unsigned bytes) {
  if (free_.empty()) {
    all_.push_back(std::make_unique<PooledPayload>(this));
    free_.push_back(all_.back().get());
  }
  PooledPayload* payload = free_.back();
  free_.pop_back();
  if (payload->data.size() < bytes) {
    payload->data.resize(bytes);
  }
  payload->acquire();
  payload->set_command(tlm::TLM_IGNORE_COMMAND);
  payload->set_address(0);
  payload->set_data_ptr(payload->data.data());
  payload->set_data_length(bytes);
  payload->set_streaming_width(bytes);
  payload->set_byte_enable_ptr(nullptr);
  payload->set_byte_enable_length(0);
  payload->set_dmi_allowed(false);
  payload->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  return payload;
}

void PayloadPool::free(tlm::tlm_generic_payload* payload) {
  payload->reset();  // frees the extensions that are marked for it
  free_.push_back(static_cast<PooledPayload*>(payload));
}

}  // namespace hwcvp
