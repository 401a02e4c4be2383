// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/dataset/dataset.h"
#include "quant/integer_network.h"
#include "quant/network.h"
#include "sim/config/run_config.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// A file a result rests on.
struct InputFile {
    std::string role;
    std::string name;
    std::string sha256;
};

// The run's network, trained or random.
Network load_network(const RunConfig& config);

// The images a run is measured on.
struct TestSet {
    Dataset data;
    std::string sha256;  // of pixels and labels, however the files pack them
    // Where ADCs are calibrated, the first calibration_images of the training split; of random
    // images, those of the run.
    Dataset calibration;
    std::string calibration_sha256;
};

std::shared_ptr<const TestSet> load_test_set(const RunConfig& config);

// The network and the images of a run.
class Workload {
public:
    // UserError when the network is not of config.activation_bits bits, does not take the data
    // set's images, or there are fewer images than asked for.
    Workload(const RunConfig& config, std::shared_ptr<const TestSet> test_set);

    const IntegerNetwork& network() const { return network_; }
    Codes image(int index) const;
    std::vector<Codes> images(int count) const;  // the first ones
    std::vector<Codes> calibration_images() const;
    int label(int image) const { return test_set_->data.labels[static_cast<std::size_t>(image)]; }

private:
    Codes codes(const Dataset& data, int index) const;

    IntegerNetwork network_;
    std::shared_ptr<const TestSet> test_set_;
    std::vector<std::array<std::uint8_t, 256>> code_of_pixel_;  // of each channel
};

// Hashes of the run's network, data set and configuration files, in that order.
std::vector<InputFile> input_files(const RunConfig& config, const TestSet& test_set);

}  // namespace cimarron
