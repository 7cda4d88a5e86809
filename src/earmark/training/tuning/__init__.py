"""Search for the settings that suit a folder, on inner folds that never see its test part."""
