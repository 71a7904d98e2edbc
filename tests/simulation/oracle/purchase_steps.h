#pragma once

// What can happen to a recorded purchase, with its postings (domain.md §7).

#include "tests/simulation/oracle/world.h"

namespace kopilka::simulation {

/// Records a purchase whose facts and sums are filled in; a declined one moves nothing.
void record_purchase(World& world, Purchase& purchase);
void approve(World& world, const PurchaseKey& key, Purchase& purchase);
/// Back to tracked, under the hold of rule `partner`.
void rehold(World& world, const PurchaseKey& key, Purchase& purchase);
/// Moves a purchase to new sums: an adjustment, or a claw-back when less is left after release.
void change_sums(World& world, Purchase& purchase, const Sums& to);
/// Before release: as if it had never been. After: all of it is clawed back.
void decline(World& world, Purchase& purchase);

/// Whether nothing stands between the purchase and its release today.
bool may_be_released(const World& world, const PurchaseKey& key, const Purchase& purchase);
void release(World& world, Purchase& purchase);
/// Releases what may be released, in the order (release_on, purchase); of one member only if named.
void release_all(World& world, std::optional<std::int64_t> member);

}  // namespace kopilka::simulation
