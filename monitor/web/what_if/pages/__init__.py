"""What the planners' pages show: stored scenarios and plans as models, and the forms around them."""
