"""What the recipes of the seed experiment have in common, as the report ran it in TFLearn."""

from earmark.models.recipe import Recipe

SEED = Recipe(
    name="seed",
    frontend="mfcc",  # raw, not standardised: c0 is about -700
    window_frames=1300,  # 30 s
    fill="wrap",  # numpy.resize
    truncate=True,
    standardise=False,
    loss="clipped",
    balance="none",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    weight_decay=0.0,
    epochs=100,
    batch_size=64,
    keep="last",
    validate_on="test",  # the report drew its curves over the clips it tested on
)
