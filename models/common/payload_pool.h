// A memory manager for generic payloads.
#pragma once

#include <cstddef>
#include <memory>
#include <tlm>
#include <vector>

namespace hwcvp {

// Does not limit how many payloads are in flight, and is not for use by several host threads.
//
// Hands out payloads with a data array and takes them back when their last user releases them, so that the
// same few objects serve a whole simulation. The pool must outlive every payload that it handed out.
class PayloadPool : public tlm::tlm_mm_interface {
 public:
  PayloadPool() = default;
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;

  // A payload of `bytes` bytes, acquired once for the caller, who ends its use by release(). The data array
  // belongs to the pool and its contents are undefined; data length and streaming width are `bytes`, there
  // are no byte enables, DMI is not allowed, and the response is incomplete. Command and address are left to
  // the caller.
  tlm::tlm_generic_payload* acquire(unsigned bytes);

  // Payloads that exist, and those of them that wait for reuse.
  size_t size() const { return all_.size(); }
  size_t available() const { return free_.size(); }

  // Called by tlm_generic_payload::release().
  void free(tlm::tlm_generic_payload* payload) override;

 private:
  struct PooledPayload : tlm::tlm_generic_payload {
    explicit PooledPayload(tlm::tlm_mm_interface* pool) : tlm_generic_payload(pool) {}
    std::vector<unsigned char> data;
  };

  std::vector<std::unique_ptr<PooledPayload>> all_;
  std::vector<PooledPayload*> free_;
};

}  // namespace hwcvp
