"""The flow in shapes that other libraries know: TFP distributions and bijectors, SavedModels.

The modules are imported one by one: TFP takes a second, and only its views need it.
"""
