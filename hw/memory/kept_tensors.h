// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/interconnect/vector_transaction.h"
#include "hw/memory/spilled_tensor.h"
#include "hw/memory/sram_banks.h"
#include "hw/program/program.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// A tensor that waits for later rounds, as payloads hold it.
struct KeptTensor {
    Shape shape;
    int bits = 8;
    std::vector<unsigned char> values;  // spilled: of the rows that are here
    std::int64_t missing = 0;
    std::unique_ptr<SpilledTensor> spilled;  // nullptr: it stays here

    std::int64_t row_values() const { return std::int64_t{shape.width} * shape.channels; }
    std::int64_t row_bits() const { return row_values() * bits; }
    unsigned char* row(int y) { return values.data() + y * row_values() * payload_bytes(bits); }
    bool complete() const { return missing == 0 && (!spilled || spilled->written()); }
};

// The tensors that a global buffer keeps between rounds, itself or in DRAM. A row from or to DRAM
// is written into the SRAM and read from it like any other.
class KeptTensors {
public:
    explicit KeptTensors(SramBanks& sram) : sram_(sram) {}

    KeptTensor& add(int index, const Tensor& tensor, std::unique_ptr<SpilledTensor> spilled);
    KeptTensor* find(int tensor);  // nullptr: it is not kept
    const KeptTensor& at(int tensor) const { return kept_.at(tensor); }
    // Whether a vector of a tensor may be sent here, which then must be.
    bool admits(int tensor, int pixel);

    void begin_image();
    // Returns whether a tensor that stays here is whole now; rows of others go to DRAM.
    bool receive(KeptTensor& kept, const VectorExtension& vector, const unsigned char* values);
    // Asks for a row of one in DRAM, and takes it where it is there; whether it was.
    bool fetch(KeptTensor& kept, int row);
    std::string waiting_for() const;  // "for …"; empty when nothing is missing

private:
    void spill(KeptTensor& kept, int row);

    SramBanks& sram_;
    std::map<int, KeptTensor> kept_;  // by tensor
};

}  // namespace cimarron
